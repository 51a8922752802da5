import { allWellNotice, type Notice, troubleNotice } from '../core/report/notices.ts';
import type { TripwireMemory } from '../core/tripwire/memory.ts';
import { usd } from '../core/verdict/decide.ts';
import { lastTestSentence } from './last-test.ts';
import type { TickDeps, TickFindings } from './tick-deps.ts';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const MONTH_DAYS = 30;

interface SelfCheck {
  readonly memory: TripwireMemory;
  readonly notices: readonly Notice[];
  /** What the owner is told of, for the log. */
  readonly problems: readonly string[];
}

/**
 * Once a day it looks at the kill switch itself and tells what is wrong; once a month it tells that all is well. What
 * somebody did to the budget, or wrote into the bucket, is told at once. The first look is a day after the deployment,
 * when its mail is confirmed.
 */
export async function selfCheck(
  deps: TickDeps,
  memory: TripwireMemory,
  { edits, stored, decision, look, now }: TickFindings,
  isCalm: boolean,
): Promise<SelfCheck> {
  const { account } = deps.budget;
  const due = (at: number | undefined, days: number) => now - (at ?? memory.since) >= days * DAY_MS;
  // Where no memory can be read, none can be written over either, and none says when it is due.
  const isDaily = stored.isUnknown && now % DAY_MS < deps.everyMinutes * MINUTE_MS;
  const forged = stored.isUnknown ? [] : stored.problems;
  const fresh = [...edits, ...forged].filter((problem) => !memory.problems.includes(problem));
  if (!due(memory.checkedAt, 1) && !isDaily) {
    if (fresh.length === 0) return { memory, notices: [], problems: [] };
    const known = { ...memory, problems: [...memory.problems, ...fresh] };
    return { memory: known, notices: [troubleNotice(account, fresh)], problems: fresh };
  }
  const runtime = runtimeProblem(deps.runtime, now);
  const { guardProblems } = await import('./guards.ts');
  const problems = [
    ...edits,
    ...(await guardProblems(deps.clients, deps.clock, deps.guards)),
    ...(runtime ? [runtime] : []),
    ...stored.problems,
    ...look.gaps.flatMap(({ scope, error }) =>
      deps.policy.acceptDenied.has(scope) ? [] : [`${scope} could not be looked at: ${error}`],
    ),
  ];
  const after = { ...memory, checkedAt: now, problems };
  if (problems.length > 0) return { memory: after, notices: [troubleNotice(account, problems)], problems };
  if (!isCalm || !due(memory.allWellAt, MONTH_DAYS)) return { memory: after, notices: [], problems };
  const facts = [
    `It looks every ${deps.everyMinutes} minutes, since ${new Date(memory.since).toISOString().slice(0, 10)}`,
    `Estimated spend of this month: ${usd(decision.estimate.usd)} of ${usd(decision.floorUsd)}`,
    (await lastTestSentence(deps.store)) ?? 'It was never tested: npx killswitch test-alarm',
  ];
  return { memory: { ...after, allWellAt: now }, notices: [allWellNotice(account, facts)], problems };
}

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
function runtimeProblem(execution: string | undefined, now: number): string | undefined {
  const runtime = execution?.replace(/^AWS_Lambda_/, '') ?? '';
  const ends = SUPPORT_ENDS[runtime];
  if (ends === undefined || Date.parse(ends) - now > AHEAD_MS) return undefined;
  return `Lambda ends its support for ${runtime} on ${ends}: update this project and run npx cdk deploy`;
}
