import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import type { Ending } from './command-line.ts';
import type { Operation, Trouble } from './disturbance.ts';
import type { Firing } from './ground.ts';

/**
 * `recovered`: clean, or put back, in spite of it · `named`: somebody was told what it cost · `killed`: a dead process
 * tells nothing, the next one is judged · `not reached`: it never happened, so that nothing was tried · the others are
 * defects.
 */
export type Verdict = 'recovered' | 'named' | 'killed' | 'not reached' | 'silent' | 'neighbours lost';

export interface Judged {
  readonly verdict: Verdict;
  readonly detail: string;
}

export const NOT_REACHED: Judged = { verdict: 'not reached', detail: 'the moment never came' };
export const KILLED: Judged = { verdict: 'killed', detail: '' };

export const isDefect = ({ verdict }: Judged): boolean =>
  ['not reached', 'silent', 'neighbours lost'].includes(verdict);

/** What an operation that never works may leave, by the texts of `leftovers`. Others must leave nothing. */
export const MAY_LEAVE: Readonly<Record<string, RegExp>> = {
  DescribeInstances: /^i-/,
  StopInstances: /^i-/,
  TerminateInstances: /^i-/,
  DescribeInstanceAttribute: /^i-.* protected/,
  ModifyInstanceAttribute: /^i-.* protected/,
  // Where nobody can ask which regions somebody opted in to, nobody looks there.
  DescribeRegions: /^i-\w+ eu-south-1/,
  GetAccountAuthorizationDetails: /^(AKIA|user)/,
  ListAccessKeys: /^(AKIA|user)/,
  UpdateAccessKey: /^AKIA/,
  // The group replaces what is stopped or terminated.
  DescribeAutoScalingGroups: /^(group|i-.* of a group)/,
  SuspendProcesses: /^(group|i-.* of a group)/,
  UpdateAutoScalingGroup: /^(group|i-.* of a group)/,
  DescribeSpotInstanceRequests: /^(sir-|i-.* spot)/,
  CancelSpotInstanceRequests: /^(sir-|i-.* spot)/,
  AttachUserPolicy: /^user/,
  PutUserPermissionsBoundary: /^user (full|cornered)/,
  // Of whom nobody knows who he is, nobody is denied: keys alone go dark.
  GetCallerIdentity: /^user/,
};
const SAYS_CLEAN = /account is clean/;

/** A run of the function in which an operation went wrong, against what the account shows then. */
export function judgeFiring(
  { operation }: Operation,
  { times }: Trouble,
  { attempt, report, mails }: Firing,
  left: readonly string[],
): Judged {
  const named = [...(report ? mentions(report) : []), ...(attempt.error ? [failureOf(attempt.error)] : [])];
  const told = mails.map((mail) => `mail "${mail}"`);
  const detail = [
    ...left.map((each) => `left ${each}`),
    ...told,
    ...named,
    ...couldNotNotify(attempt.log),
  ].join('; ');
  if (left.some((each) => !MAY_LEAVE[operation]?.test(each))) return { verdict: 'neighbours lost', detail };
  const isFine = report !== undefined && exitCodeOf(report) === 0;
  const saysClean = isFine || mails.some((mail) => SAYS_CLEAN.test(mail));
  const toldNobody = !attempt.error && mails.length === 0;
  const unsaid =
    named.length === 0 && couldNotNotify(attempt.log).length === 0 && (left.length > 0 || !times);
  if (toldNobody || unsaid || (left.length > 0 && saysClean)) return { verdict: 'silent', detail };
  return { verdict: isFine && left.length === 0 && times ? 'recovered' : 'named', detail };
}

export const failureOf = ({ errorType, errorMessage }: NonNullable<Firing['attempt']['error']>) =>
  `Lambda says ${errorType}: ${errorMessage}`;

export const couldNotNotify = (log: readonly string[]) =>
  log.filter((line) => line.startsWith('could not notify'));

/** What the report says went wrong, or could not be known. */
export const mentions = ({ gaps, actions, spend, byHand, verdict, skips }: Report): string[] => [
  ...gaps.map(({ kind, region, code, error }) => `gap ${kind} ${region} ${code} ${error.slice(0, 80)}`),
  ...actions
    .filter(({ status }) => status === 'failed')
    .map(({ verb, id, error = '' }) => `failed ${verb} ${id} ${error.slice(0, 60)}`),
  ...skips.filter(({ code }) => code === 'unstoppable').map(({ id, reason }) => `not done ${id}: ${reason}`),
  ...('unavailable' in spend ? [`spend ${spend.unavailable.slice(0, 60)}`] : []),
  ...byHand.filter((text) => text.startsWith('What the journal says')).map((text) => text.slice(0, 160)),
  ...verdict.reasons.filter((reason) => /could not|unreadable|cannot|not be read/.test(reason)),
];

/** A restore in which an operation went wrong, against what it must have brought back. */
export function judgeRestore(
  { times }: Trouble,
  { exitCode, stderr, stdout }: Ending,
  lost: readonly string[],
): Judged {
  const said = `${stderr}\n${stdout}`.split('\n').filter((line) => SAYS_TROUBLE.test(line));
  const detail = [`exit ${exitCode}`, ...lost.map((each) => `not back: ${each}`), ...said.slice(0, 3)].join(
    '; ',
  );
  const isSilent = exitCode === 0 && (lost.length > 0 || (!times && said.length === 0));
  if (isSilent) return { verdict: 'silent', detail };
  return { verdict: exitCode === 0 && times ? 'recovered' : 'named', detail };
}

const SAYS_TROUBLE = /could not|Error|Exception|AccessDenied|UnauthorizedOperation|did not answer|error:/;
