import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { couldNotNotify, failureOf, MAY_LEAVE } from '../alarm/judgement.ts';
import type { Operation, Trouble } from '../disturbing/disturbance.ts';
import type { Judged } from '../disturbing/fault-case.ts';
import { type DisturbedTick, looksIn } from './setup.ts';

/** What a containment may leave, and one more: a tick that can look nowhere contains nothing, and fails. */
const TICK_MAY_LEAVE: Readonly<Record<string, RegExp>> = { ...MAY_LEAVE, DescribeInstances: /./ };

/** What a run itself says is not in order. */
export const saidBy = ({ log, error }: Attempt): string[] => [
  ...new Set(
    looksIn(log).flatMap(({ gaps, problems }) => [
      ...gaps.map((each) => `could not look in ${each}`),
      ...problems,
    ]),
  ),
  ...(error ? [failureOf(error)] : []),
  ...couldNotNotify(log),
];

/** A tick in which an operation went wrong, against what the account showed when it had ended. */
export function judgeTick(
  { operation }: Operation,
  { times }: Trouble,
  { attempt, left, outlasted }: DisturbedTick,
): Judged {
  const passed = times !== undefined || outlasted;
  const said = saidBy(attempt);
  const detail = [...left.map((each) => `left ${each}`), ...said.map((each) => each.slice(0, 160))].join(
    '; ',
  );
  if (left.some((each) => !TICK_MAY_LEAVE[operation]?.test(each)))
    return { verdict: 'too much left', detail };
  const saysClean = !attempt.error && (looksIn(attempt.log).at(-1)?.report?.clean ?? false);
  const isUnsaid = said.length === 0 && (left.length > 0 || !passed);
  if (isUnsaid || (left.length > 0 && saysClean)) return { verdict: 'silent', detail };
  return { verdict: left.length === 0 && passed ? 'recovered' : 'reported', detail };
}
