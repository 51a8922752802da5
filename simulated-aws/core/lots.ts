import type { ServiceContext } from './service-context.ts';

/** Least and most milliseconds. */
export type Span = readonly [least: number, most: number];

const LOTS = 8;

/**
 * Lets a batch happen after chance times of this span, in at most eight lots: one event of the timeline for many
 * instances. Each lot gets what is in it.
 */
export function inLots<T>(
  { timeline, random }: Pick<ServiceContext, 'timeline' | 'random'>,
  batch: readonly T[],
  [least, most]: Span,
  happen: (lot: T[]) => void,
): void {
  const lots = Math.min(LOTS, batch.length);
  for (let which = 0; which < lots; which++) {
    const lot = batch.filter((_, at) => at % lots === which);
    timeline.after(random.integer(least, most), () => happen(lot));
  }
}
