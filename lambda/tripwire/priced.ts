import type { Running } from '../core/estimate.ts';
import { errorFacts } from '../core/model.ts';
import type { Policy } from '../core/policy.ts';
import {
  type LearnedPrices,
  nothingLearned,
  PRICES_KEY,
  parseLearnedPrices,
  priceOf,
} from '../core/prices.ts';
import type { Clock } from '../shell/clock.ts';
import { within } from '../shell/patience.ts';
import type { Store } from '../shell/store.ts';
import type { Metered } from './look.ts';

/** The table knows most prices: what refines it is waited for no longer than this. */
const PATIENCE_MS = 2_000;

/** Prices that earlier ticks have asked for; what is late or unreadable counts as none, and is said. Never rejects. */
export async function knownPrices(
  store: Promise<Store | undefined>,
  clock: Clock,
): Promise<{ readonly learned: LearnedPrices; readonly problem?: string }> {
  try {
    const read = async () => (await store)?.get(PRICES_KEY);
    return parseLearnedPrices(await within(clock, PATIENCE_MS, 'the journal', read));
  } catch (thrown) {
    return { learned: nothingLearned(), problem: `${PRICES_KEY}: ${errorFacts(thrown).error}` };
  }
}

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
