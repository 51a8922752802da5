import type { ServiceContext } from './service-context.ts';

/** Least and most milliseconds. */
export type Span = readonly [least: number, most: number];

const LOTS = 8;

/**
 * Lets something happen to each item of a batch, after chance times from this span. The items come in at most eight
 * lots, so that many instances need few events of the timeline.
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
