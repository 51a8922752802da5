import { monthStart } from '../calendar.ts';
import { DATA_AGE_MS, type Figure, isOfMonth } from '../verdict/late-data.ts';
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
  /** Budgets' figure of this month; undefined while Budgets may still show last month's. */
  readonly actual: Figure | undefined;
  /** For the memory: Budgets' last figure, of whatever month. */
  readonly figure: Figure | undefined;
}

/**
 * This month's spend: Budgets' figure, and what ran since the oldest time that it may speak of. What ran in the last day
 * so counts twice in part: the estimate errs upwards. A figure that does not move although something runs is believed as
 * well: free tier and reservations are not in the prices. A figure that may still be last month's is no new spend: until
 * that is clear, the estimate is at most what ran in this month.
 * @param actualUsd Budgets' ActualSpend; undefined when it could not be read.
 * @param budgetIsLost the budget is gone or edited, or none is deployed: then the memory's figure of it is not enough, and the
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
  const figure = figureNow(memory?.actual, actualUsd, now);
  const samples = memory?.samples ?? [];
  const ranThisMonth = ranUsd(samples, running, began, now);
  if (!figure) return { usd: ranThisMonth, actual: undefined, figure };
  const since = Math.max(began, figure.readAt - DATA_AGE_MS);
  const spentUsd = figure.usd + ranUsd(samples, running, since, now);
  const actual = isOfMonth(figure, began) ? figure : undefined;
  const usd = actual ? spentUsd : Math.min(ranThisMonth, spentUsd);
  return { usd: budgetIsLost ? Math.max(usd, ranThisMonth) : usd, actual, figure };
}

function figureNow(
  known: TripwireMemory['actual'],
  actualUsd: number | undefined,
  now: number,
): Figure | undefined {
  const last = known && { ...known, after: known.after ?? 0, readAt: known.readAt ?? known.at };
  if (actualUsd === undefined) return last;
  if (last?.usd === actualUsd) return { ...last, readAt: now };
  return { usd: actualUsd, at: now, after: last?.readAt ?? 0, readAt: now };
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
