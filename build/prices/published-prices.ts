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

/** Prices that others published, none of which the table was made from. */
export const PUBLISHED = v.parse(
  fixture,
  JSON.parse(readFileSync(inPackage('test', 'core', 'fixtures', 'published-prices.json'), 'utf8')),
);

export interface Deviation {
  readonly type: string;
  readonly region: string;
  readonly published: number;
  readonly ours: number;
  /** Of ours from the published one: 0.1 is a tenth too dear. */
  readonly part: number;
}

/** How far our price of each published one is off, the furthest first. */
export function deviations(): Deviation[] {
  return PUBLISHED.flatMap(({ prices }) =>
    Object.entries(prices).flatMap(([type, byRegion]) =>
      Object.entries(byRegion).map(([region, published]) => {
        const ours = priceOf(type, region, 'on-demand').usdPerHour;
        return { type, region, published, ours, part: ours / published - 1 };
      }),
    ),
  ).sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
}
