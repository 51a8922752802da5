import { monthStart } from '../calendar.ts';
import type { TripwireMemory } from './memory.ts';

/** What runs and bills now, with its price. */
export interface Running {
  readonly kind: string;
  readonly id: string;
  readonly region: string;
  readonly type: string;
  /** Ms since 1970; when it was last started. */
  readonly launchedAt: number;
  readonly usdPerHour: number;
  /** On the allowlist: it costs, and is nobody's suspect. */
  readonly spared: boolean;
}

/** Billing data may be this old, and nothing tells how old it is (AWS Budgets user guide: up to 24 h, 8 to 12 typical). */
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
  /** What Budgets says of it, and when that had last changed; undefined while it tells nothing of this month. */
  readonly actual: { readonly usd: number; readonly at: number } | undefined;
  /** For the memory: the same, also where it is still last month's figure. */
  readonly lastChange: { readonly usd: number; readonly at: number } | undefined;
}

/**
 * This month's spend: what Budgets last said, and what ran since the oldest moment that this may speak of. So up to
 * a day may count twice: it errs upwards.
 * @param actualUsd Budgets' ActualSpend; undefined when it could not be read.
 * @param budgetIsLost somebody took the budget away or made it count something else: what the memory says of it is then
 * no better than what ran this month.
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
  // Until Budgets has looked at a new month it tells the last one's figure.
  const actual = lastChange && lastChange.at >= began ? lastChange : undefined;
  const from = Math.max(began, (actual?.at ?? began) - DATA_AGE_MS);
  const samples = memory?.samples ?? [];
  const usd = (actual?.usd ?? 0) + ranUsd(samples, running, from, now);
  const least = budgetIsLost ? ranUsd(samples, running, began, now) : 0;
  return { usd: Math.max(usd, least), actual, lastChange };
}

/**
 * US dollars of what ran from a moment until now: by the samples, each of which holds until the next, or by the launch
 * times of what runs now, whichever is more. Samples know what is gone; launch times cannot be deleted from a bucket.
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
