import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import type { Operation, Trouble } from '../disturbance.ts';
import { couldNotNotify, failureOf, type Judged, MAY_LEAVE } from '../judgement.ts';
import { type DisturbedTick, looksIn } from './tick-ground.ts';

/** Beside what a containment may leave: a tick that sees nothing anywhere contains nothing, and fails. */
const TICK_MAY_LEAVE: Readonly<Record<string, RegExp>> = { ...MAY_LEAVE, DescribeInstances: /./ };

/** What a run says of itself that is not in order. */
export const saidBy = ({ log, error }: Attempt): string[] => [
  ...new Set(
    looksIn(log).flatMap(({ gaps, problems }) => [...gaps.map((each) => `gap ${each}`), ...problems]),
  ),
  ...(error ? [failureOf(error)] : []),
  ...couldNotNotify(log),
];

/** A tick in which an operation went wrong, against what the account showed when that was over. */
export function judgeTick(
  { operation }: Operation,
  { times }: Trouble,
  { attempt, left }: DisturbedTick,
): Judged {
  const said = saidBy(attempt);
  const detail = [...left.map((each) => `left ${each}`), ...said.map((each) => each.slice(0, 160))].join(
    '; ',
  );
  if (left.some((each) => !TICK_MAY_LEAVE[operation]?.test(each)))
    return { verdict: 'neighbours lost', detail };
  const saysClean = !attempt.error && (looksIn(attempt.log).at(-1)?.report?.clean ?? false);
  const isUnsaid = said.length === 0 && (left.length > 0 || times === undefined);
  if (isUnsaid || (left.length > 0 && saysClean)) return { verdict: 'silent', detail };
  return { verdict: left.length === 0 && times !== undefined ? 'recovered' : 'named', detail };
}
