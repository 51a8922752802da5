import { usd } from '../verdict/decide.ts';
import type { Granted } from './allowance.ts';
import { type Running, ranUsd, sumOf } from './estimate.ts';
import type { TripwireMemory } from './memory.ts';
import type { Sighting } from './sighting.ts';

export interface Suspects {
  /** US dollars an hour of all that is suspect. */
  readonly usdPerHour: number;
  /** One sentence for each reason that applies. */
  readonly reasons: readonly string[];
}

const DAY_MS = 24 * 3_600_000;
/** A rate is a sudden rise if it is more than this many times the highest usual rate. */
const SUDDEN_RISE = 2;
const NAMED = 3;

/**
 * What runs that the owner probably did not start. Outside the home regions: everything. In them: what
 * started within a day, if the total rate rose suddenly above all that the samples know, or if a signal is
 * open. Never suspect is what is exempt, or covered by an allowance that is not used up.
 */
export function suspects(
  { now, running, grants }: Sighting,
  memory: TripwireMemory,
  homeRegions: ReadonlySet<string>,
  isAlert: boolean,
): Suspects {
  const covered = new Set(
    grants.filter((grant) => isOpen(grant, memory, running, now)).map(({ region }) => region),
  );
  const questionable = running.filter(({ isExempt, region }) => !isExempt && !covered.has(region));
  const outside = questionable.filter(({ region }) => !homeRegions.has(region));
  const isRecent = ({ launchedAt }: Running) => launchedAt > Math.max(memory.since, now - DAY_MS);
  const recent = questionable.filter((one) => homeRegions.has(one.region) && isRecent(one));
  const usual = usualUsdPerHour(memory, now);
  const isSuddenRise = rateOf(running) > SUDDEN_RISE * usual;
  const suspect = [...outside, ...(isSuddenRise || isAlert ? recent : [])];
  const reasons = [
    ...(outside.length > 0
      ? [`${described(outside)} outside your home regions (${[...homeRegions].join(', ')})`]
      : []),
    ...(recent.length > 0 && isSuddenRise
      ? [`${described(recent)} started within a day; before, at most ${usd(usual)} an hour was usual`]
      : []),
    ...(isAlert && memory.alertText ? [memory.alertText] : []),
  ];
  return { usdPerHour: rateOf(suspect), reasons };
}

export const rateOf = (running: readonly Running[]): number =>
  running.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0);

/** Whether it is in force and what ran in its region since it began has not used up its dollars. */
function isOpen(
  { region, usd: dollars, from, until }: Granted,
  { samples }: TripwireMemory,
  running: readonly Running[],
  now: number,
): boolean {
  const used = ranUsd(
    samples.map(({ at, rates }) => ({ at, rates: { [region]: rates[region] ?? 0 } })),
    running.filter((one) => one.region === region),
    from,
    now,
  );
  return now < until && used < dollars;
}

/** The highest rate of the samples older than a day; in a younger memory, the rate of the first sample. */
function usualUsdPerHour({ samples }: TripwireMemory, now: number): number {
  const old = samples.filter(({ at }) => at <= now - DAY_MS);
  const known = old.length > 0 ? old : samples.slice(0, 1);
  return known.reduce((most, { rates }) => Math.max(most, sumOf(rates)), 0);
}

/** `20 × g4dn.xlarge and 2 × c5.large in 6 regions for $12.50 an hour`. */
export function described(running: readonly Running[]): string {
  const types = new Map<string, number>();
  for (const { type } of running) types.set(type, (types.get(type) ?? 0) + 1);
  const ordered = [...types].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const named = ordered.slice(0, NAMED).map(([type, count]) => `${count} × ${type}`);
  const more = ordered.length > NAMED ? ` and ${ordered.length - NAMED} other types` : '';
  const regions = [...new Set(running.map(({ region }) => region))];
  const where = regions.length === 1 ? regions[0] : `${regions.length} regions`;
  return `${named.join(', ')}${more} in ${where} for ${usd(rateOf(running))} an hour`;
}
