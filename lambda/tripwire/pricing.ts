import { groupBy } from '../core/group-by.ts';
import { errorFacts, type Scope } from '../core/model.ts';
import type { Exemptions } from '../core/policy/exemption.ts';
import { type LearnedPrices, nothingLearned, PRICES_KEY, parseLearnedPrices } from '../core/prices/prices.ts';
import type { Running } from '../core/tripwire/estimate.ts';
import type { Kind, PriceList } from '../kinds/kind.ts';
import type { Clock } from '../shell/clock.ts';
import type { Store } from '../shell/journal/store.ts';
import { within } from '../shell/time-limit.ts';
import type { Metered } from './look.ts';

/** The price table knows most prices, so we do not wait longer for the learned ones. */
const LIMIT_MS = 2_000;

/** Prices that earlier ticks learned. A late or unreadable document counts as empty. Never rejects. */
export async function knownPrices(
  store: Promise<Store | undefined>,
  clock: Clock,
): Promise<{ readonly learned: LearnedPrices; readonly problem?: string }> {
  try {
    const read = async () => (await store)?.get(PRICES_KEY);
    return parseLearnedPrices(await within(clock, LIMIT_MS, 'the journal', read));
  } catch (thrown) {
    return { learned: nothingLearned(), problem: `${PRICES_KEY}: ${errorFacts(thrown).error}` };
  }
}

export interface Priced {
  readonly running: readonly Running[];
  /** Kinds whose price list could not be loaded, each with the reason. */
  readonly unpriced: readonly {
    readonly kind: string;
    readonly regions: readonly Scope[];
    readonly error: string;
  }[];
}

/** Adds prices to what runs. A resource without a launch time counts as launched now. Never rejects. */
export async function priceAll(
  metered: readonly Metered[],
  learned: LearnedPrices,
  exemptions: Exemptions,
  now: number,
): Promise<Priced> {
  const running: Running[] = [];
  const unpriced: Priced['unpriced'][number][] = [];
  for (const [kind, some] of groupBy(metered, (each) => each.kind)) {
    const list = await priceListOf(kind).catch(errorFacts);
    if ('error' in list) {
      unpriced.push({
        kind: kind.name,
        regions: [...new Set(some.map(({ region }) => region))],
        error: list.error,
      });
      continue;
    }
    for (const { id, region, owner, label, quantity, priceKey, startedAt = now } of some)
      running.push({
        kind: kind.name,
        id,
        region,
        type: label,
        launchedAt: startedAt,
        usdPerHour: quantity * list.priceOf(priceKey, region, learned).usdPerHour,
        isExempt:
          exemptions.of({ kind: kind.name, scope: region, id, ...(owner ? { owner } : {}) }) !== undefined,
      });
  }
  return { running, unpriced };
}

/** @throws Error for a kind without a price list, and the error of loading it. */
export async function priceListOf(kind: Kind): Promise<PriceList> {
  const list = await kind.loadPrices?.();
  if (!list) throw new Error(`${kind.name} costs money but has no price list`);
  return list;
}
