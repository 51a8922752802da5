import { monthBefore, monthOf, monthStart } from '../calendar.ts';
import { type BudgetEvidence, readingIn } from './budget.ts';

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

/**
 * Whether Budgets may still show last month's figure. On the first day anything may be, but for what is less than half
 * of last month's: usage is never taken back so far. Later, only what equals last month's.
 */
export function mayBeLastMonthsFigure(
  { at, lastMonthUsd }: Pick<BudgetEvidence, 'at' | 'lastMonthUsd'>,
  shownUsd: number,
): boolean {
  if (typeof lastMonthUsd === 'number' && shownUsd < lastMonthUsd / 2) return false;
  return mayBeLastMonths(at) || shownUsd === lastMonthUsd;
}

/** Budgets' ActualSpend, in US dollars; times in ms since 1970. */
export interface Figure {
  readonly usd: number;
  /** When we saw it first. */
  readonly at: number;
  /** When we read another figure last: it came after that. 0 if nothing tells. */
  readonly after: number;
  /** When we read it last. */
  readonly readAt: number;
}

/**
 * Whether a figure certainly speaks of the month that began then: it came when no figure could be older than the month,
 * or it was read when last month's figures have long been complete.
 */
export const isOfMonth = ({ after, readAt }: Figure, began: number): boolean =>
  after >= began + DATA_AGE_MS || readAt >= began + LATE_DATA_DAYS * DAY_MS;

/**
 * What was spent, in US dollars by month: this month, and in its first days last month too. Budgets' figure counts for
 * last month where it may still be that month's.
 * @param estimates of the tripwire, US dollars by month
 */
export function spentByMonth(
  evidence: BudgetEvidence,
  estimates: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const { at, lastMonthUsd } = evidence;
  const shownUsd = readingIn(evidence)?.actualUsd ?? 0;
  const isLastMonths = mayBeLastMonthsFigure(evidence, shownUsd);
  const [month, last] = [monthOf(at), monthBefore(at)];
  const spent = { [month]: Math.max(estimates[month] ?? 0, isLastMonths ? 0 : shownUsd) };
  if (lastMonthUsd === undefined) return spent;
  const beforeUsd = typeof lastMonthUsd === 'number' ? lastMonthUsd : 0;
  return { ...spent, [last]: Math.max(estimates[last] ?? 0, beforeUsd, isLastMonths ? shownUsd : 0) };
}

/**
 * The spend that restores have dealt with, in US dollars by month, with what one more adds: the higher counts. Only of
 * that time's month and of the one before: older ones are no longer asked for, and others are forged.
 */
export function restoredSpend(
  time: number,
  known: Readonly<Record<string, number>> = {},
  added: Readonly<Record<string, number>> = {},
): { readonly restoredUsd?: Record<string, number> } {
  const kept: Record<string, number> = {};
  for (const month of [monthBefore(time), monthOf(time)]) {
    const usd = Math.max(known[month] ?? 0, added[month] ?? 0);
    if (usd > 0) kept[month] = usd;
  }
  return Object.keys(kept).length > 0 ? { restoredUsd: kept } : {};
}
