import { Exemptions } from '../core/policy/exemption.ts';
import { byName } from '../core/policy/undo.ts';
import type { Report } from '../core/report/report-document.ts';
import type { Signal } from '../core/signal.ts';
import type { TripwireDecision } from '../core/tripwire/decision.ts';
import { keepsPace } from '../core/tripwire/memory.ts';
import { run } from '../engine/run.ts';
import { isLoaded } from '../kinds/kind.ts';
import { type IncidentMark, membershipOf } from '../shell/journal/incident.ts';
import { isUnknown, readKnown } from '../shell/journal/known.ts';
import { readActual } from './actual-spend.ts';
import { conclude } from './conclude.ts';
import { judgeSeen } from './judge.ts';
import { isExposedKey, lockOut, refuseExposed } from './lock-out.ts';
import { lookEverywhere } from './look.ts';
import { pollInTurn } from './poll.ts';
import { knownPrices, priceAll } from './pricing.ts';
import type { TickDeps, TickTrigger } from './tick-deps.ts';
import { unfinishedLines } from './unfinished.ts';

/** The result of a tick: one line in the log. US dollars. */
export interface TickReport {
  readonly at: string;
  readonly level: 'calm' | 'warn' | 'fire';
  readonly reasons: readonly string[];
  readonly estimateUsd: number;
  readonly usdPerHour: number;
  readonly running: number;
  /** Where the look failed, with the error. */
  readonly gaps: readonly string[];
  readonly problems: readonly string[];
  /** Another look is due in a minute: a signal or an incident is open, or the journal gave no answer. */
  readonly keepsPace: boolean;
  readonly report?: Pick<Report, 'incident' | 'run' | 'acted' | 'contained' | 'clean'>;
}

/**
 * One look of the tripwire. It lists what bills now in all regions, estimates the month's spend, and contains
 * the account if the verdict is fire. It also contains while an incident is open: so the schedule finishes
 * what a run could not finish.
 * @throws Error when no region answered, and the error of a containment or a notification that failed.
 */
export async function tick(deps: TickDeps, trigger: TickTrigger): Promise<TickReport> {
  const { clients, clock, kinds, policy } = deps;
  const now = clock.now();
  const received = trigger.source === 'signal' ? [trigger.signal] : [];
  const eventLockOut = lockOutExposed(deps, trigger, received);
  // Awaited below. Node.js ends the process if a promise is rejected before something handles it.
  eventLockOut?.catch(() => {});
  const [first, prices, look, actual, polled] = await Promise.all([
    readKnown(deps.store, clock),
    knownPrices(deps.store, clock),
    lookEverywhere(clients, clock, policy, kinds),
    readActual(clients, clock, deps.budget),
    pollInTurn(deps, now),
  ]);
  if (look.answered === 0) {
    await eventLockOut; // a lock-out does not need the look
    throw new Error(`could not look at any region: ${look.gaps[0]?.error}`);
  }
  const seenKinds = [...kinds.filter(isLoaded), ...look.metered.map(({ kind }) => kind)];
  const exemptions = new Exemptions(byName(seenKinds), {
    allow: policy.allow,
    caller: { account: deps.budget.account, exemptKeys: new Set(), unknown: false },
    self: deps.self ?? [],
  });
  const { running, unpriced } = await priceAll(look.metered, prices.learned, exemptions, now);
  const { known, decision, grants, signals, restored } = await judgeSeen(deps, first, {
    ...{ now, look, running, actual, received, polled },
    unpriced: unpriced.flatMap(({ kind, regions }) => regions.map((region) => ({ kind, region }))),
  });
  const { found, stored } = known;
  const polledLockOut = lockOutExposed(
    deps,
    trigger,
    signals.filter((signal) => !received.includes(signal)),
  );
  // Awaited below, too.
  polledLockOut?.catch(() => {});
  const containment = contain(deps, trigger, decision, found.mark, now);
  const findings = {
    decision,
    stored,
    learned: prices.learned,
    look,
    signals,
    restored,
    grants,
    edits: actual.edits,
    mark: found.mark,
    now,
  };
  const concluded = conclude(deps, findings, { containment, lockOuts: [eventLockOut, polledLockOut] });
  const work = await Promise.allSettled([containment, eventLockOut, polledLockOut, concluded]);
  for (const each of work) if (each.status === 'rejected') throw each.reason;
  refuseExposed([await eventLockOut, await polledLockOut]);
  const report = (await containment) ?? (await eventLockOut) ?? (await polledLockOut);
  const { problems } = await concluded;
  return {
    at: new Date(now).toISOString(),
    level: decision.verdict.level,
    reasons: decision.verdict.reasons,
    estimateUsd: cents(decision.estimate.usd),
    usdPerHour: cents(decision.usdPerHour),
    running: look.metered.length,
    gaps: [...new Set(look.gaps.map(({ scope, error }) => `${scope}: ${error}`))],
    problems: [
      ...new Set([
        ...stored.problems,
        ...(found.problem ? [`the incident mark: ${found.problem}`] : []),
        ...polled.problems,
        ...(prices.problem ? [prices.problem] : []),
        ...unpriced.map(({ kind, error }) => `could not load the prices of ${kind}: ${error}`),
        ...(actual.problem ? [actual.problem] : []),
        ...problems,
        ...(report ? unfinishedLines(report) : []),
      ]),
    ],
    keepsPace: report?.acted === true || keepsPace(decision.memory, now) || isUnknown(known),
    ...(report ? { report: summaryOf(report) } : {}),
  };
}

/** Starts the lock-out of keys that AWS reports as exposed: it does not depend on what the look finds. */
function lockOutExposed(deps: TickDeps, trigger: TickTrigger, signals: readonly Signal[]) {
  const exposed = signals.filter(isExposedKey);
  return exposed.length > 0 ? lockOut(deps, trigger, exposed) : undefined;
}

/** Starts a containment, or continues an open incident's; undefined when there is nothing to contain. */
function contain(
  deps: TickDeps,
  trigger: TickTrigger,
  { verdict, repeated }: TripwireDecision,
  mark: IncidentMark | undefined,
  now: number,
): Promise<Report> | undefined {
  const { joined, incident, openedAt } = membershipOf(mark, 'none', now);
  const { dryRun } = deps.policy;
  if (verdict.level === 'fire' && !(dryRun && repeated)) return run(deps, trigger, verdict, repeated);
  if (!joined || mark?.only || dryRun) return undefined;
  const since = new Date(openedAt).toISOString();
  const reason = `incident ${incident} was opened at ${since}: everything is stopped until you restore it`;
  return run(deps, trigger, { level: 'fire', reasons: [reason] });
}

const cents = (usd: number) => Math.round(usd * 100) / 100;
const summaryOf = ({ incident, run: id, acted, contained, clean }: Report) => ({
  incident,
  run: id,
  acted,
  contained,
  clean,
});
