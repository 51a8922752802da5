import { monthBefore, monthOf, monthStart } from '../calendar.ts';
import type { BudgetEvidence } from './decide.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * The greatest age of what Budgets says of the spend. AWS does not tell the age: "up to three times a day, typically 8
 * to 12 hours after the previous update" (AWS Cost Management user guide, Best practices for AWS Budgets). Milliseconds.
 */
export const DATA_AGE_MS = DAY_MS;

/** Days into a month in which an alarm may still be about last month: its last figures come late. */
export const LATE_DATA_DAYS = 3;

/** A figure that was read then may still be last month's: in the first day of a month nothing tells. */
export const mayBeLastMonths = (readAt: number): boolean => readAt < monthStart(readAt) + DATA_AGE_MS;

/** Budgets' ActualSpend, in US dollars; times in ms since 1970. */
export interface Figure {
  readonly usd: number;
  /** When we saw it first. */
  readonly at: number;
  /** When we read it last. */
  readonly readAt: number;
}

/**
 * Whether a figure certainly speaks of the month that began then: it came when no figure could be older than the month,
 * or it is still the same when last month's figures have long been complete.
 */
export const isOfMonth = ({ at, readAt }: Figure, began: number): boolean =>
  at >= began + DATA_AGE_MS || readAt >= began + LATE_DATA_DAYS * DAY_MS;

/**
 * What was spent, in US dollars by month: this month, and in its first days last month too. Budgets' figure counts for
 * last month where it may still be that month's.
 * @param estimateUsd the tripwire's estimate of this month
 */
export function spentByMonth(
  { at, budget, lastMonthUsd }: BudgetEvidence,
  estimateUsd = 0,
): Record<string, number> {
  const shownUsd = 'unreadable' in budget ? 0 : budget.actualUsd;
  const isLastMonths = mayBeLastMonths(at) || shownUsd === lastMonthUsd;
  const before = typeof lastMonthUsd === 'number' ? lastMonthUsd : 0;
  return {
    [monthOf(at)]: Math.max(estimateUsd, isLastMonths ? 0 : shownUsd),
    ...(lastMonthUsd === undefined
      ? {}
      : { [monthBefore(at)]: Math.max(before, isLastMonths ? shownUsd : 0) }),
  };
}
