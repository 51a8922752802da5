import { Exemptions } from '../core/policy/exemption.ts';
import { byName } from '../core/policy/undo.ts';
import type { Report } from '../core/report/report-document.ts';
import type { ExposedKey, Signal } from '../core/signal.ts';
import { granted } from '../core/tripwire/allowance.ts';
import { decideTick, type TripwireDecision } from '../core/tripwire/decision.ts';
import { alerted, freshMemory, isDealtWith, onAlert, type TripwireMemory } from '../core/tripwire/memory.ts';
import type { SightingGap } from '../core/tripwire/sighting.ts';
import { run } from '../engine/run.ts';
import { isHere } from '../kinds/kind.ts';
import { closureOf, type IncidentMark, markWithin, membershipOf } from '../shell/journal/incident.ts';
import { readTripwireMemory } from '../shell/journal/tripwire-memory.ts';
import { readActual } from './actual-spend.ts';
import { conclude } from './conclude.ts';
import { lockOut, refuseExposed } from './lock-out.ts';
import { type Look, lookEverywhere } from './look.ts';
import { pollInTurn } from './poll.ts';
import { knownPrices, priceAll } from './pricing.ts';
import type { TickDeps, TickTrigger } from './tick-deps.ts';
import { unfinishedLines } from './unfinished.ts';

/** What a tick came to, in a line of the log. US dollars. */
export interface TickReport {
  readonly at: string;
  readonly level: 'calm' | 'warn' | 'fire';
  readonly reasons: readonly string[];
  readonly estimateUsd: number;
  readonly usdPerHour: number;
  readonly running: number;
  /** Regions that could not be looked at. */
  readonly gaps: readonly string[];
  readonly problems: readonly string[];
  /** Look again within a minute: a signal or an incident is open. */
  readonly keepsPace: boolean;
  readonly report?: Pick<Report, 'incident' | 'run' | 'acted' | 'contained' | 'clean'>;
}

/**
 * One look of the tripwire: what bills now, everywhere; what that makes of the month; and a containment when it must
 * be, or when an incident is open: the schedule is the continuation of what a run could not end.
 * @throws Error when no region answered, and whatever made a containment or a message to the owner impossible.
 */
export async function tick(deps: TickDeps, trigger: TickTrigger): Promise<TickReport> {
  const { clients, clock, kinds, policy, rules } = deps;
  const now = clock.now();
  const received = trigger.source === 'signal' ? [trigger.signal] : [];
  const eventLockOut = lockOutExposed(deps, trigger, received);
  // Waited for below, however late: a rejection that nobody hears in the meantime would end the process.
  eventLockOut?.catch(() => {});
  const [found, stored, prices, look, actual, polled] = await Promise.all([
    markWithin(deps.store, clock),
    readTripwireMemory(deps.store, clock),
    knownPrices(deps.store, clock),
    lookEverywhere(clients, clock, policy, kinds),
    readActual(clients, clock, deps.budget),
    pollInTurn(deps, now),
  ]);
  if (look.answered === 0) {
    await eventLockOut; // what needs no look is done all the same
    throw new Error(`no region could be looked at: ${look.gaps[0]?.error}`);
  }
  const known = stored.memory ?? freshMemory(now);
  const signals = [...received, ...polled.signals].filter(({ id }) => !isDealtWith(known, id));
  const polledLockOut = lockOutExposed(
    deps,
    trigger,
    signals.filter((signal) => !received.includes(signal)),
  );
  // Waited for below, too.
  polledLockOut?.catch(() => {});
  const grants = granted(stored.allowances, deps.budget.cap, now);
  const edits = actual.edits.map((text) => ({ id: `budget-edited:${text}`, text }));
  const seenKinds = [...kinds.filter(isHere), ...look.metered.map(({ kind }) => kind)];
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
    alerted(known, [...signals, ...edits.filter(({ id }) => !isDealtWith(known, id))], now),
  );
  const containment = contain(deps, trigger, decision, found.mark, now);
  const findings = {
    decision,
    stored,
    learned: prices.learned,
    look,
    signals,
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
        ...unpriced.map(({ kind, error }) => `what ${kind} costs is not known: ${error}`),
        ...(actual.problem ? [actual.problem] : []),
        ...problems,
        ...(report ? unfinishedLines(report) : []),
      ]),
    ],
    keepsPace: report?.acted === true || onAlert(decision.memory, now),
    ...(report ? { report: summaryOf(report) } : {}),
  };
}

/** Where it could not be seen what runs; of regions that nobody lists just now, those in which something ran last. */
function gapsIn({ gaps, regions, isWhole }: Look, { samples }: TripwireMemory): SightingGap[] {
  const ran = isWhole ? [] : Object.keys(samples.at(-1)?.rates ?? {});
  const unlisted = ran.filter((region) => !regions.includes(region));
  return [
    ...gaps.map(({ kind, scope }) => ({ kind, region: scope })),
    ...unlisted.map((region) => ({ region })),
  ];
}

/** What AWS itself reports is locked out at once, whatever else is seen. */
function lockOutExposed(deps: TickDeps, trigger: TickTrigger, signals: readonly Signal[]) {
  const exposed = signals.filter((signal): signal is ExposedKey => signal.kind === 'exposed-key');
  return exposed.length > 0 ? lockOut(deps, trigger, exposed) : undefined;
}

/** Another pass where an incident is open, or the first of one; undefined when nothing is to be contained. */
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
  const reason = `incident ${incident} is open since ${new Date(openedAt).toISOString()}: what runs is stopped until it is restored`;
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
