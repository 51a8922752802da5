import { GLOBAL } from '../model.ts';
import { DEPLOY, REVERT_DRIFT } from './repair.ts';
import type { Report } from './report-document.ts';
import type { Why } from './why.ts';

/** What a person does about a cause that is on the way to AWS. */
export const WHAT_TO_DO: Readonly<Record<Exclude<Why, 'permission'>, string>> = {
  proxy: 'give its name and password in HTTPS_PROXY, or list the host in NO_PROXY, and run it again',
  network: 'check the network, its DNS and its proxy, and run it again',
  certificate:
    "if your company's proxy reads TLS, name its certificate: NODE_EXTRA_CA_CERTS=file.pem; if it is too old or too " +
    'new, set the clock of this machine. Else somebody may be listening: take another network',
  foreign: 'sign in to the proxy or the network that answers instead of AWS, or take another one',
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
      return permission(report, regions);
    case 'closed':
      return closed(report, regions);
    case 'time':
      return isFunctions(report) ? undefined : WHAT_TO_DO.time;
    default:
      return why && WHAT_TO_DO[why];
  }
}

/** Whether the deployed function ran, whose role is not the reader's: a person's own run has a trigger of its own. */
export const isFunctions = ({ trigger }: Pick<Report, 'trigger'>): boolean => trigger.source !== 'cli';

function permission(report: Report, regions: readonly string[]): string | undefined {
  if (isFunctions(report)) return `put its role back: ${REVERT_DRIFT}`;
  // Where IAM refuses a person, AWS may have quarantined the key: then a policy gives nothing back.
  if (regions.every((region) => region === GLOBAL)) return undefined;
  // Nothing but an organization denies root anything.
  if (report.caller.endsWith(':root'))
    return 'ask whoever administers your organization: it forbids this to root';
  const file = report.acted ? 'fire' : 'plan';
  const [, role] = /:assumed-role\/([^/]+)\//.exec(report.caller) ?? [];
  const known = role === undefined ? report.caller : `the role ${role}`;
  const whom = report.caller === 'unknown' ? 'whoever runs this' : known;
  return `attach docs/permissions/${file}.json to ${whom}`;
}

function closed(report: Report, regions: readonly string[]): string {
  const named = regions.filter((region) => region !== GLOBAL);
  if (isFunctions(report))
    return `if your organization closes them to everybody, list them in acceptDenied (${named.join(', ')}) and deploy: ${DEPLOY}`;
  const flags = named.map((region) => `--accept-denied ${region}`).join(' ');
  return `if your organization closes them to everybody, add ${flags}`;
}
