import type { Running } from '../core/estimate.ts';
import type { Policy } from '../core/policy.ts';
import { type LearnedPrices, priceOf } from '../core/prices.ts';
import type { Metered } from './look.ts';

/** What runs with its price. Where no launch time is told it is taken to have begun just now. */
export const priced = (
  metered: readonly Metered[],
  learned: LearnedPrices,
  { allow }: Policy,
  now: number,
): Running[] =>
  metered.map(({ id, region, type, lifecycle, launchedAt = now }) => ({
    id,
    region,
    type,
    launchedAt,
    usdPerHour: priceOf(type, region, lifecycle, learned).usdPerHour,
    spared: allow.instances.has(id),
  }));
