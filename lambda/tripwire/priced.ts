import type { Running } from '../core/estimate.ts';
import type { Exemptions } from '../core/exemption.ts';
import { errorFacts } from '../core/model.ts';
import { type LearnedPrices, nothingLearned, PRICES_KEY, parseLearnedPrices } from '../core/prices.ts';
import type { Kind, PriceList } from '../kinds/kind.ts';
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

/**
 * What runs with its price. Where no launch time is told it is taken to have begun just now.
 * @throws what kept a kind's price list from being loaded.
 */
export async function priced(
  metered: readonly Metered[],
  learned: LearnedPrices,
  exemptions: Exemptions,
  now: number,
): Promise<Running[]> {
  const lists = await priceLists(metered);
  return metered.map(({ kind, id, region, owner, label, quantity, priceKey, startedAt = now }) => ({
    kind: kind.name,
    id,
    region,
    type: label,
    launchedAt: startedAt,
    usdPerHour: quantity * (lists.get(kind)?.priceOf(priceKey, region, learned).usdPerHour ?? 0),
    spared: exemptions.of({ kind: kind.name, scope: region, id, ...(owner ? { owner } : {}) }) !== undefined,
  }));
}

/** Of each kind that was found. @throws Error for a kind that bills and brings none. */
export async function priceLists(metered: readonly Metered[]): Promise<Map<Kind, PriceList>> {
  const kinds = [...new Set(metered.map(({ kind }) => kind))];
  const lists = kinds.map(async (kind) => {
    const list = await kind.loadPrices?.();
    if (!list) throw new Error(`${kind.name} bills, and brings no price list`);
    return [kind, list] as const;
  });
  return new Map(await Promise.all(lists));
}
