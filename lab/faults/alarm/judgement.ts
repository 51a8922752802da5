import { exitCodeOf } from '../../../lambda/core/report/report.ts';
import type { Report } from '../../../lambda/core/report/report-document.ts';
import type { Ending } from '../../simulation/command-line.ts';
import type { Operation, Trouble } from '../disturbing/disturbance.ts';
import type { Judged } from '../disturbing/fault-case.ts';
import type { Firing } from './setup.ts';

/** What may be left where an operation never works, by the texts of `leftovers`. Other operations must leave nothing. */
export const MAY_LEAVE: Readonly<Record<string, RegExp>> = {
  DescribeInstances: /^i-/,
  StopInstances: /^i-/,
  TerminateInstances: /^i-/,
  DescribeInstanceAttribute: /^i-.* protected/,
  ModifyInstanceAttribute: /^i-.* protected/,
  // Without it nothing tells which regions the account opted in to, and nothing is looked for there.
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
};
const SAYS_CLEAN = /account is clean/;

/** A run of the function in which an operation went wrong, against what the account shows then. */
export function judgeFiring(
  { operation }: Operation,
  { times }: Trouble,
  { attempt, report, mails }: Firing,
  left: readonly string[],
): Judged {
  const reported = [
    ...(report ? mentions(report) : []),
    ...(attempt.error ? [failureOf(attempt.error)] : []),
  ];
  const told = mails.map((mail) => `mail "${mail}"`);
  const detail = [
    ...left.map((each) => `left ${each}`),
    ...told,
    ...reported,
    ...couldNotNotify(attempt.log),
  ].join('; ');
  if (left.some((each) => !MAY_LEAVE[operation]?.test(each))) return { verdict: 'too much left', detail };
  const isFine = report !== undefined && exitCodeOf(report) === 0;
  const saysClean = isFine || mails.some((mail) => SAYS_CLEAN.test(mail));
  const toldNobody = !attempt.error && mails.length === 0;
  const isUnsaid =
    reported.length === 0 && couldNotNotify(attempt.log).length === 0 && (left.length > 0 || !times);
  if (toldNobody || isUnsaid || (left.length > 0 && saysClean)) return { verdict: 'silent', detail };
  return { verdict: isFine && left.length === 0 && times ? 'recovered' : 'reported', detail };
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
  ...byHand.filter((text) => /could not be read/.test(text)).map((text) => text.slice(0, 160)),
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
  return { verdict: exitCode === 0 && times ? 'recovered' : 'reported', detail };
}

const SAYS_TROUBLE =
  /could not|Error|Exception|AccessDenied|UnauthorizedOperation|did not answer|not AWS's answer|error:/;
