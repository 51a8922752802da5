import { allWellNotice, type Notice, troubleNotice } from '../core/report/notices.ts';
import type { TripwireMemory } from '../core/tripwire/memory.ts';
import { usd } from '../core/verdict/decide.ts';
import { isFirstToday } from './daily-mail.ts';
import { lastTestSentence } from './last-test.ts';
import type { TickDeps, TickFindings } from './tick-deps.ts';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const MONTH_DAYS = 30;

interface SelfCheck {
  readonly memory: TripwireMemory;
  readonly notices: readonly Notice[];
  /** What the notices report, for the log. */
  readonly problems: readonly string[];
}

/**
 * Checks the kill switch itself once a day, and reports what is wrong. Once a month it reports that all is
 * well. It reports at once what somebody changed in the budget or wrote into the bucket. The first check is a
 * day after the deployment, when the owner has confirmed the mail address.
 */
export async function selfCheck(
  deps: TickDeps,
  memory: TripwireMemory,
  { edits, stored, decision, look, now }: TickFindings,
  isCalm: boolean,
): Promise<SelfCheck> {
  const { account } = deps.budget;
  const due = (at: number | undefined, days: number) => now - (at ?? memory.since) >= days * DAY_MS;
  // An unreadable memory does not say when the check is due, and we do not write over it: check once a day by
  // the clock.
  const isDaily =
    stored.isUnknown &&
    now % DAY_MS < deps.everyMinutes * MINUTE_MS &&
    isFirstToday(deps.lastKnown, `self-check:${Math.floor(now / DAY_MS)}`);
  const forged = stored.isUnknown ? [] : stored.problems;
  const fresh = [...edits, ...forged].filter((problem) => !memory.problems.includes(problem));
  if (!due(memory.checkedAt, 1) && !isDaily) {
    if (fresh.length === 0) return { memory, notices: [], problems: [] };
    const known = { ...memory, problems: [...memory.problems, ...fresh] };
    return { memory: known, notices: [troubleNotice(account, fresh, deps.commandFlags)], problems: fresh };
  }
  const runtime = runtimeProblem(deps.runtime, now);
  const { guardProblems } = await import('./guards.ts');
  const problems = [
    ...edits,
    ...(await guardProblems(deps.clients, deps.clock, deps.guards)),
    ...(runtime ? [runtime] : []),
    ...stored.problems,
    ...look.gaps.flatMap(({ scope, error }) =>
      deps.policy.acceptDenied.has(scope) ? [] : [`could not look at ${scope}: ${error}`],
    ),
  ];
  const after = { ...memory, checkedAt: now, problems };
  if (problems.length > 0)
    return { memory: after, notices: [troubleNotice(account, problems, deps.commandFlags)], problems };
  if (!isCalm || !due(memory.allWellAt, MONTH_DAYS)) return { memory: after, notices: [], problems };
  const since = new Date(memory.since).toISOString().slice(0, 10);
  const facts = [
    `It has looked every ${deps.everyMinutes} minutes since ${since}`,
    `Estimated spend this month: ${usd(decision.estimate.usd)} of ${usd(decision.floorUsd)}`,
    (await lastTestSentence(deps.store)) ??
      `It was never tested: ./killswitch test-alarm${deps.commandFlags ?? ''}`,
  ];
  return { memory: { ...after, allWellAt: now }, notices: [allWellNotice(account, facts)], problems };
}

/** When Lambda stops supporting a runtime: Lambda developer guide, "Lambda runtimes", Deprecation date. */
const SUPPORT_ENDS: Readonly<Record<string, string>> = {
  'nodejs20.x': '2026-04-30',
  'nodejs22.x': '2027-04-30',
  'nodejs24.x': '2028-04-30',
};
/** How long before that day we report it, so that there is time to update. */
const AHEAD_MS = 90 * 24 * 3_600_000;

/** What to do about a runtime whose support ends soon. @param execution Lambda's AWS_EXECUTION_ENV. */
function runtimeProblem(execution: string | undefined, now: number): string | undefined {
  const runtime = execution?.replace(/^AWS_Lambda_/, '') ?? '';
  const ends = SUPPORT_ENDS[runtime];
  if (ends === undefined || Date.parse(ends) - now > AHEAD_MS) return undefined;
  return `Lambda stops supporting ${runtime} on ${ends}: update this project and run npx cdk deploy`;
}
