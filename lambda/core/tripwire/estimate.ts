import { monthStart } from '../calendar.ts';
import type { TripwireMemory } from './memory.ts';

/** A resource that runs and bills now, with its price. */
export interface Running {
  readonly kind: string;
  readonly id: string;
  readonly region: string;
  readonly type: string;
  /** When it was last started, in ms since 1970. */
  readonly launchedAt: number;
  readonly usdPerHour: number;
  /** Exempt: it costs, and is never suspect. */
  readonly isExempt: boolean;
}

/** The maximum age of billing data; AWS does not tell the age (AWS Budgets user guide; usually 8 to 12 h). */
const DATA_AGE_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

export type Rates = Readonly<Record<string, number>>;
export const sumOf = (rates: Rates): number => total(Object.values(rates));

/** US dollars an hour by region. */
export function ratesOf(running: readonly Running[]): Record<string, number> {
  const rates: Record<string, number> = {};
  for (const { region, usdPerHour } of running) rates[region] = (rates[region] ?? 0) + usdPerHour;
  return rates;
}

export interface Estimate {
  /** US dollars of this month. */
  readonly usd: number;
  /** Budgets' figure, and when it last changed; undefined while Budgets has no figure for this month. */
  readonly actual: { readonly usd: number; readonly at: number } | undefined;
  /** For the memory: the same, even if it is still last month's figure. */
  readonly lastChange: { readonly usd: number; readonly at: number } | undefined;
}

/**
 * This month's spend: Budgets' last figure, and what ran since the oldest time that the figure may be from.
 * Up to a day may count twice, so the estimate errs upwards.
 * @param actualUsd Budgets' ActualSpend; undefined when it could not be read.
 * @param budgetIsLost the budget is gone or edited: then the memory's figure of it is not enough, and the
 * estimate is at least what ran this month.
 */
export function estimateSpend(
  memory: Pick<TripwireMemory, 'samples' | 'actual'> | undefined,
  actualUsd: number | undefined,
  running: readonly Running[],
  now: number,
  budgetIsLost = false,
): Estimate {
  const began = monthStart(now);
  const known = memory?.actual;
  const lastChange =
    actualUsd === undefined || known?.usd === actualUsd ? known : { usd: actualUsd, at: now };
  // In a new month, Budgets shows last month's figure until it updates.
  const actual = lastChange && lastChange.at >= began ? lastChange : undefined;
  const from = Math.max(began, (actual?.at ?? began) - DATA_AGE_MS);
  const samples = memory?.samples ?? [];
  const usd = (actual?.usd ?? 0) + ranUsd(samples, running, from, now);
  const least = budgetIsLost ? ranUsd(samples, running, began, now) : 0;
  return { usd: Math.max(usd, least), actual, lastChange };
}

/**
 * US dollars of what ran since a time: from the samples (each holds until the next), or from the launch times
 * of what runs now; the higher counts. Samples include what is gone; an intruder cannot delete launch times
 * from a bucket.
 */
export function ranUsd(
  samples: TripwireMemory['samples'],
  running: readonly Running[],
  from: number,
  now: number,
): number {
  const cost = (usdPerHour: number, start: number, end: number) =>
    usdPerHour * Math.max(0, (end - Math.max(start, from)) / HOUR_MS);
  const sampled = samples.map(({ at, rates }, index) =>
    cost(sumOf(rates), at, samples[index + 1]?.at ?? now),
  );
  const launched = running.map(({ usdPerHour, launchedAt }) => cost(usdPerHour, launchedAt, now));
  return Math.max(total(sampled), total(launched));
}

const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
