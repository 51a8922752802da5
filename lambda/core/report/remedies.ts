import { GLOBAL } from '../model.ts';
import type { Report } from './report-document.ts';
import type { Why } from './why.ts';

/** What a person does about a cause that is on the way to AWS. */
export const TODO: Readonly<Record<Exclude<Why, 'permission'>, string>> = {
  network: 'check the network, its DNS and its proxy, and run it again',
  certificate:
    "if your company's proxy reads TLS, name its certificate: NODE_EXTRA_CA_CERTS=file.pem; if it is too old or too " +
    'new, set the clock of this machine. Else somebody may be listening: take another network',
  stranger: 'sign in to the proxy or the network that answers instead of AWS, or take another one',
  clock: 'set the clock of this machine right, and run it again',
  time: 'check the network, and run it again with a longer --timeout',
};

/**
 * The one thing to do about a cause; undefined where the step by hand says it, or nobody knows. A command ends its line.
 * @param regions where
 */
export function remedyOf(
  why: Why | 'closed' | undefined,
  report: Report,
  regions: readonly string[],
): string | undefined {
  switch (why) {
    case 'permission':
      return permission(report);
    case 'closed':
      return closed(report, regions);
    case 'time':
      return isFunctions(report) ? undefined : TODO.time;
    default:
      return why && TODO[why];
  }
}

/** Whether the deployed function ran, whose role is not the reader's: a person's own run has a trigger of its own. */
export const isFunctions = ({ trigger }: Pick<Report, 'trigger'>): boolean => trigger.source !== 'cli';

function permission(report: Report): string {
  if (isFunctions(report)) return 'put its role back: npx cdk deploy';
  // Nothing but an organization denies root anything.
  if (report.caller.endsWith(':root'))
    return 'ask whoever administers your organization: it forbids this to root';
  const file = report.acted ? 'fire' : 'plan';
  const whom = report.caller === 'unknown' ? 'whoever runs this' : report.caller;
  return `attach docs/permissions/${file}.json to ${whom}`;
}

function closed(report: Report, regions: readonly string[]): string {
  const named = regions.filter((region) => region !== GLOBAL);
  if (isFunctions(report))
    return `if your organization closes them to everybody, list them in acceptDenied: ${named.join(', ')}`;
  const flags = named.map((region) => `--accept-denied ${region}`).join(' ');
  return `if your organization closes them to everybody, add ${flags}`;
}
