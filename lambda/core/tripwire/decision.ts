import { monthOf } from '../calendar.ts';
import { groupBy } from '../group-by.ts';
import type { Verdict } from '../verdict/decide.ts';
import { type Closure, floorOf } from '../verdict/floor.ts';
import { allowedUsd } from './allowance.ts';
import { type Estimate, estimateSpend, ratesOf, sumOf } from './estimate.ts';
import { forgetOld, type TripwireMemory } from './memory.ts';
import { lastMonthIn } from './memory-by-month.ts';
import type { Sighting, TripwireRules } from './sighting.ts';
import { judge } from './verdict.ts';

export interface TripwireDecision {
  readonly verdict: Verdict;
  /** It has already fired for this crossing of the limit within the last day. */
  readonly repeated: boolean;
  /** This month's limit with allowances, and raised after a restore or a fire; US dollars. */
  readonly floorUsd: number;
  readonly estimate: Estimate;
  readonly usdPerHour: number;
  /** Hours until the limit is reached at this rate; Infinity when nothing runs. */
  readonly hoursLeft: number;
  readonly memory: TripwireMemory;
}

/** For a rate whose kind is unknown. */
const ANY_KIND = 'any';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A smaller change of the rate, as a part of it, needs no new sample. */
const SAME_RATE = 0.01;

/**
 * Decides a tick by money alone; see docs/adr/0018-tripwire.md.
 * 1. The estimated spend has reached the limit: fire.
 * 2. What runs reaches it within `exhaustWithinHours`, and suspects have a part in that: fire at once.
 * 3. What runs reaches it within `warnWithinHours`: warn once.
 * After a fire or a restore the floor, a quarter of the limit higher, takes the limit's place; see
 * docs/adr/0011-floor-after-restore.md.
 */
export function decideTick(
  rules: TripwireRules,
  sighting: Sighting,
  memory: TripwireMemory,
): TripwireDecision {
  const { now, running, actualUsd, budgetIsLost, grants, closure } = sighting;
  const seen = ratesOf(running);
  const byKind = withGaps(sighting, memory);
  const rates = totalsOf(byKind);
  const usdPerHour = sumOf(rates);
  const estimate = estimateSpend(memory, actualUsd, running, now, budgetIsLost);
  const limitUsd = rules.limitUsd + allowedUsd(grants);
  const { past, restoredAt } = pastAlarms(memory, limitUsd, now, closure);
  const firedAt = past.firedAt !== undefined && past.firedAt > restoredAt ? past.firedAt : undefined;
  const restoredUsd = closure?.restoredUsd?.[monthOf(now)];
  const floor = floorOf(limitUsd, rules.limitUsd, estimate.usd, restoredUsd, past.firedUsd);
  const restUsd = floor.usd - estimate.usd;
  const hoursLeft = usdPerHour > 0 ? Math.max(0, restUsd) / usdPerHour : Number.POSITIVE_INFINITY;
  const unseenUsdPerHour = usdPerHour - sumOf(seen);
  const isSaid = past.warnedAt !== undefined || firedAt !== undefined;
  const figures = { estimate, floor, limitUsd, restUsd, hoursLeft, unseenUsdPerHour, isSaid };
  const verdict = judge(rules, sighting, memory, figures);
  const isFire = verdict.level === 'fire';
  const isCrossing = estimate.usd >= floor.handledUsd;
  const repeated = isFire && !isCrossing && firedAt !== undefined && now - firedAt < DAY_MS;
  return {
    verdict,
    repeated,
    floorUsd: floor.usd,
    estimate,
    usdPerHour,
    hoursLeft,
    memory: {
      ...memory,
      samples: sampled(memory.samples, now, rates, byKind),
      ...(estimate.figure ? { actual: estimate.figure } : {}),
      estimateUsd: estimate.usd,
      ...lastMonthIn(memory, now),
      said: {
        ...past,
        ...(verdict.level === 'warn' ? { warnedAt: now } : {}),
        ...(isFire && !repeated ? { firedAt: now, firedUsd: estimate.usd } : {}),
      },
    },
  };
}

/**
 * When this month's limit warned and fired. After a restore it warns again, but the estimate at which it fired still
 * raises the floor: by then a new figure of Budgets may have taken the estimate below the limit again.
 */
function pastAlarms(
  { said }: TripwireMemory,
  limitUsd: number,
  now: number,
  closure: Closure | undefined,
): { readonly past: NonNullable<TripwireMemory['said']>; readonly restoredAt: number } {
  const closing = Date.parse(closure?.closedAt ?? '') || 0;
  // A closing time in the future is forged.
  const restoredAt = closing <= now ? closing : 0;
  const last = Math.max(said?.warnedAt ?? 0, said?.firedAt ?? 0);
  if (said?.limitUsd !== limitUsd || monthOf(last) !== monthOf(now))
    return { past: { limitUsd }, restoredAt };
  if (last > restoredAt) return { past: said, restoredAt };
  const { firedAt, firedUsd } = said;
  const fired = firedAt === undefined || firedUsd === undefined ? {} : { firedAt, firedUsd };
  return { past: { limitUsd, ...fired }, restoredAt };
}

/** By kind, US dollars an hour by region: what was seen, and in gaps what the last sample says. */
function withGaps(
  { running, gaps }: Sighting,
  { samples }: TripwireMemory,
): Map<string, Record<string, number>> {
  const last = samples.at(-1);
  const byKind = new Map<string, Record<string, number>>();
  for (const [kind, some] of groupBy(running, (one) => one.kind)) byKind.set(kind, ratesOf(some));
  const seen = totalsOf(byKind);
  const carry = (kind: string, region: string, rate: number) => {
    const rates = byKind.get(kind) ?? {};
    if (rate > 0) byKind.set(kind, { ...rates, [region]: (rates[region] ?? 0) + rate });
  };
  for (const [region, some] of groupBy(gaps, (each) => each.region)) {
    const kinds = some.flatMap(({ kind }) => kind ?? []);
    // If the gap names no kind, or the sample has no kinds, the missing rate of the region counts once.
    if (!last?.kinds || kinds.length < some.length) {
      const [kind = ANY_KIND, ...others] = kinds.length < some.length ? [] : kinds;
      carry(others.length > 0 ? ANY_KIND : kind, region, (last?.rates[region] ?? 0) - (seen[region] ?? 0));
      continue;
    }
    const missing = (last.rates[region] ?? 0) - (seen[region] ?? 0);
    // A rate of unknown kind may now be seen under its own kind.
    carry(ANY_KIND, region, Math.min(last.kinds[ANY_KIND]?.[region] ?? 0, missing));
    for (const kind of kinds)
      carry(kind, region, (last.kinds[kind]?.[region] ?? 0) - (byKind.get(kind)?.[region] ?? 0));
  }
  return byKind;
}

/** The sum of all kinds, by region. */
function totalsOf(byKind: ReadonlyMap<string, Record<string, number>>): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const rates of byKind.values())
    for (const [region, rate] of Object.entries(rates)) totals[region] = (totals[region] ?? 0) + rate;
  return totals;
}

/** Only where it says more than the totals. */
const partsOf = (byKind: ReadonlyMap<string, Record<string, number>>) =>
  byKind.size > 1 ? { kinds: Object.fromEntries(byKind) } : {};

function sampled(
  samples: TripwireMemory['samples'],
  now: number,
  rates: Record<string, number>,
  byKind: ReadonlyMap<string, Record<string, number>>,
) {
  const last = samples.at(-1);
  const isSame =
    last !== undefined &&
    now - last.at < HOUR_MS &&
    [...new Set([...Object.keys(last.rates), ...Object.keys(rates)])].every((region) => {
      const [before, after] = [last.rates[region] ?? 0, rates[region] ?? 0];
      return Math.abs(after - before) <= SAME_RATE * Math.max(before, after);
    });
  // Old samples go only when a new one comes: each change of the memory is a write.
  return isSame ? samples : forgetOld([...samples, { at: now, rates, ...partsOf(byKind) }], now);
}
