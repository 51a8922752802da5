import { type Ledger, monthStart } from '../../../simulated-aws/core/ledger.ts';
import type { Period } from '../../incidents/times.ts';
import type { Mark, MonthFigures } from './measures.ts';

/** The calendar months (UTC) that a story touches, with what happened in each. */
export function monthsOf(
  story: Period,
  ledger: Pick<Ledger, 'usdBetween'>,
  marks: readonly Mark[],
  ownWarnings: readonly { readonly at: number }[],
): MonthFigures[] {
  const months: MonthFigures[] = [];
  for (let start = monthStart(story.from); start < story.until; start = monthStart(start, 1)) {
    const end = monthStart(start, 1);
    const count = (moments: readonly { readonly at: number }[]) =>
      moments.filter(({ at }) => at >= start && at < end).length;
    months.push({
      month: new Date(start).toISOString().slice(0, 7),
      spentUsd: Number(ledger.usdBetween(start, Math.min(end, story.until)).toFixed(2)),
      falseFires: count(marks.filter(({ kind }) => kind === 'false-fire')),
      firesAtLimit: count(marks.filter(({ kind }) => kind === 'fire-at-limit')),
      ownWarnings: count(ownWarnings),
    });
  }
  return months;
}
