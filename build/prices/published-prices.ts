import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { priceOf } from '../../lambda/core/prices/prices.ts';
import { inPackage } from '../package.ts';

const fixture = v.array(
  v.object({
    source: v.string(),
    dated: v.string(),
    note: v.string(),
    /** Dollars per hour by type and region. */
    prices: v.record(v.string(), v.record(v.string(), v.number())),
  }),
);
export type Published = v.InferOutput<typeof fixture>;

const read = (name: string): Published =>
  v.parse(fixture, JSON.parse(readFileSync(inPackage('test', 'core', 'fixtures', name), 'utf8')));

/** Prices that others published, none of which the table was made from. */
export const PUBLISHED = read('published-prices.json');
/** Prices of bare metal, whole hosts, and families whose sizes do not scale. The notes say where the table is from. */
export const PUBLISHED_ODD = read('published-odd-prices.json');

/** No published price is above ours by more than this part: the fit keeps to it. */
export const MOST_BELOW = { home: 0.016, elsewhere: 0.061 };

export interface Deviation {
  readonly type: string;
  readonly region: string;
  readonly published: number;
  readonly ours: number;
  /** Of ours from the published one: 0.1 is a tenth too dear. */
  readonly part: number;
}

/** How far our price of each published one is off, the furthest first. */
export function deviations(published: Published): Deviation[] {
  return published
    .flatMap(({ prices }) =>
      Object.entries(prices).flatMap(([type, byRegion]) =>
        Object.entries(byRegion).map(([region, usd]) => {
          const ours = priceOf(type, region, 'on-demand').usdPerHour;
          return { type, region, published: usd, ours, part: ours / usd - 1 };
        }),
      ),
    )
    .sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
}
