export function countIdleTime(
  pass: (milliseconds: number) => void | Promise<void>,
  options?: { readonly activity?: () => string; readonly neverAnswered?: () => number },
): NodeJS.Timeout;
