import { monthBefore, monthOf, monthStart } from '../calendar.ts';
import type { TripwireMemory } from './memory.ts';

/** The last estimates by month, in US dollars: of the month in which the memory was written, and of the one before. */
export const estimatesIn = (memory: TripwireMemory | undefined): Readonly<Record<string, number>> => ({
  ...(memory?.lastMonth ? { [memory.lastMonth.month]: memory.lastMonth.usd } : {}),
  ...(memory && memory.writtenAt > 0 ? { [monthOf(memory.writtenAt)]: memory.estimateUsd } : {}),
});

/** What the first look of a month keeps of the month before. */
export const lastMonthIn = (memory: TripwireMemory, now: number): Pick<TripwireMemory, 'lastMonth'> => {
  const month = monthBefore(now);
  const usd = estimatesIn(memory)[month];
  return usd === undefined ? {} : { lastMonth: { month, usd } };
};

/** The last estimate of this month's spend, in US dollars; undefined before the month's first look. */
export const estimateOfMonth = (memory: TripwireMemory | undefined, now: number): number | undefined =>
  memory && memory.writtenAt >= monthStart(now) ? memory.estimateUsd : undefined;

/** The estimate at which it fired last in the month of `now`, in US dollars. */
export function firedUsdIn(memory: TripwireMemory | undefined, now: number): number | undefined {
  const { firedAt, firedUsd } = memory?.said ?? {};
  return firedAt !== undefined && monthStart(firedAt) === monthStart(now) ? firedUsd : undefined;
}
