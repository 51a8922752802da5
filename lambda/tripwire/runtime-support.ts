/**
 * When Lambda ends support for a Node.js runtime. Source: Lambda developer guide, "Lambda runtimes", Deprecation date.
 */
const SUPPORT_ENDS: Readonly<Record<string, string>> = {
  'nodejs20.x': '2026-04-30',
  'nodejs22.x': '2027-04-30',
  'nodejs24.x': '2028-04-30',
};
/** Time enough to update. */
const AHEAD_MS = 90 * 24 * 3_600_000;

/** What to do about the runtime, when its end is near. @param execution Lambda's AWS_EXECUTION_ENV. */
export function runtimeTrouble(execution: string | undefined, now: number): string | undefined {
  const runtime = execution?.replace(/^AWS_Lambda_/, '') ?? '';
  const ends = SUPPORT_ENDS[runtime];
  if (ends === undefined || Date.parse(ends) - now > AHEAD_MS) return undefined;
  return `Lambda ends its support for ${runtime} on ${ends}: update this project and run npx cdk deploy`;
}
