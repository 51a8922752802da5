/** Controls, bidirectional overrides, lone surrogates, line separators: they could forge a log or a mail. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\s]+/gu;

/** A text as one short line: names and titles may come from an intruder. @param most code points */
export function plain(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replace(UNPRINTABLE, ' ')
    .trim();
  const points = [...line];
  return points.length > most ? `${points.slice(0, most - 1).join('')}…` : line;
}

/** An id that is safe in a file name and in a log line. */
export const idOf = (...parts: readonly string[]): string =>
  parts
    .join('-')
    .replace(/[^\w.:-]+/g, '-')
    .slice(0, 128);

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  const last = rest > 0 ? `${rest} more` : shown.pop();
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : `${last ?? ''}`;
}
