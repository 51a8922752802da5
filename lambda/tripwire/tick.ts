import { Exemptions } from '../core/policy/exemption.ts';
import { byName } from '../core/policy/undo.ts';
import type { Report } from '../core/report/report-document.ts';
import type { Signal } from '../core/signal.ts';
import { granted } from '../core/tripwire/allowance.ts';
import { decideTick, type TripwireDecision } from '../core/tripwire/decision.ts';
import { afterPoll, isDealtWith } from '../core/tripwire/handled.ts';
import { alerted, freshMemory, keepsPace, type TripwireMemory } from '../core/tripwire/memory.ts';
import type { SightingGap } from '../core/tripwire/sighting.ts';
import { run } from '../engine/run.ts';
import { isLoaded } from '../kinds/kind.ts';
import { closureOf, type IncidentMark, markWithin, membershipOf } from '../shell/journal/incident.ts';
import { readTripwireMemory } from '../shell/journal/tripwire-memory.ts';
import { readActual } from './actual-spend.ts';
import { conclude } from './conclude.ts';
import { isExposedKey, lockOut, refuseExposed, restoredIn } from './lock-out.ts';
import { type Look, lookEverywhere } from './look.ts';
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
  /** Another look is due in a minute: a signal or an incident is open. */
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
  const { clients, clock, kinds, policy, rules } = deps;
  const now = clock.now();
  const received = trigger.source === 'signal' ? [trigger.signal] : [];
  const eventLockOut = lockOutExposed(deps, trigger, received);
  // Awaited below. Node.js ends the process if a promise is rejected before something handles it.
  eventLockOut?.catch(() => {});
  const [found, read, prices, look, actual, polled] = await Promise.all([
    markWithin(deps.store, clock),
    readTripwireMemory(deps.store, clock),
    knownPrices(deps.store, clock),
    lookEverywhere(clients, clock, policy, kinds),
    readActual(clients, clock, deps.budget),
    pollInTurn(deps, now),
  ]);
  if (look.answered === 0) {
    await eventLockOut; // a lock-out does not need the look
    throw new Error(`could not look at any region: ${look.gaps[0]?.error}`);
  }
  // One slow read must not lock a restored user out again: only a second one that fails counts.
  const isAskedAgain = read.isUnknown && polled.quarantined?.length;
  const stored = isAskedAgain ? await readTripwireMemory(deps.store, clock) : read;
  const known = afterPoll(stored.memory ?? freshMemory(now), polled.quarantined, now);
  const signals = [...received, ...polled.signals].filter(
    (signal) => !isDealtWith(known, signal, policy.dryRun),
  );
  const polledLockOut = lockOutExposed(
    deps,
    trigger,
    signals.filter((signal) => !received.includes(signal)),
  );
  // Awaited below, too.
  polledLockOut?.catch(() => {});
  const grants = granted(stored.allowances, deps.budget.cap, now);
  const edits = actual.edits.map((text) => ({ id: `budget-edited:${text}`, text }));
  const seenKinds = [...kinds.filter(isLoaded), ...look.metered.map(({ kind }) => kind)];
  const exemptions = new Exemptions(byName(seenKinds), {
    allow: policy.allow,
    caller: { account: deps.budget.account, exemptKeys: new Set(), unknown: false },
    self: deps.self ?? [],
  });
  const { running, unpriced } = await priceAll(look.metered, prices.learned, exemptions, now);
  const decision = decideTick(
    rules,
    {
      now,
      running,
      gaps: [
        ...gapsIn(look, known),
        ...unpriced.flatMap(({ kind, regions }) => regions.map((region) => ({ kind, region }))),
      ],
      actualUsd: actual.usd,
      budgetIsLost: actual.edits.length > 0,
      grants,
      closure: closureOf(found.mark),
    },
    alerted(known, [...signals, ...edits.filter((edit) => !isDealtWith(known, edit))], now),
  );
  const containment = contain(deps, trigger, decision, found.mark, now);
  const findings = {
    decision,
    stored,
    learned: prices.learned,
    look,
    signals,
    restored: restoredIn(polled.quarantined, known, policy.dryRun),
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
    keepsPace: report?.acted === true || keepsPace(decision.memory, now),
    ...(report ? { report: summaryOf(report) } : {}),
  };
}

/** The look's gaps, and regions in which something ran last, but which are not listed now. */
function gapsIn({ gaps, regions, isWhole }: Look, { samples }: TripwireMemory): SightingGap[] {
  const ran = isWhole ? [] : Object.keys(samples.at(-1)?.rates ?? {});
  const unlisted = ran.filter((region) => !regions.includes(region));
  return [
    ...gaps.map(({ kind, scope }) => ({ kind, region: scope })),
    ...unlisted.map((region) => ({ region })),
  ];
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
