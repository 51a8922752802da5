import { errorFacts } from '../../core/model.ts';
import { type LearnedPrice, type LearnedPrices, learnedOf } from '../../core/prices/learned-prices.ts';
import { priceOf } from '../../core/prices/prices.ts';
import type { Clients } from '../calls/clients.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import { askPrice, askShape, type Wanted } from './price-queries.ts';

const GOOD_FOR_MS = 30 * 24 * 3_600_000;
const LIMIT_MS = 10_000;

export interface Learning {
  /** What is known now. The same object as before when nothing was learned. */
  readonly learned: LearnedPrices;
  /** Why something could not be learned: what was asked, and the error. */
  readonly problem?: string;
}

/**
 * Asks the Price List API for types that were not asked for in the last 30 days: at most `atMost` of them,
 * unknown ones first, one after the other, within 10 s. For a type that neither the price table nor the API
 * knows, it asks EC2 for the shape. After GetProducts has failed once, it is not called again. Never rejects.
 * Source: API_pricing_GetProducts, which is free and answers in us-east-1; API_DescribeInstanceTypes.
 */
export async function learnPrices(
  clients: Clients,
  clock: Clock,
  wanted: readonly Wanted[],
  known: LearnedPrices,
  atMost: number,
): Promise<Learning> {
  const queries = new PriceQueries(clients, clock.now(), known);
  const asked = due(wanted, known, clock.now()).slice(0, Math.max(0, atMost));
  await within(clock, LIMIT_MS, 'the Price List API', () => queries.askAll(asked)).catch((late: Error) =>
    queries.end(late.message),
  );
  return queries.result();
}

/** Each type once. A learned price with a date in the future does not count: it is forged. */
function due(wanted: readonly Wanted[], known: LearnedPrices, now: number): Wanted[] {
  const once = new Map(wanted.map((each) => [`${each.region} ${each.type}`, each]));
  const isDue = ({ type, region }: Wanted) => {
    const { at } = learnedOf(known, type, region) ?? { at: Number.NEGATIVE_INFINITY };
    return at <= now - GOOD_FOR_MS || at > now;
  };
  return [...once.values()].filter(isDue).sort((a, b) => Number(isUnknown(b)) - Number(isUnknown(a)));
}

const isUnknown = ({ type, region }: Wanted) => priceOf(type, region, 'on-demand').basis === 'estimated';

/** The queries of one call, and what they have learned so far. */
class PriceQueries {
  readonly #problems = new Set<string>();
  readonly #regions: Map<string, Map<string, LearnedPrice>>;
  #refused = false;
  #ended = false;
  #hasLearned = false;

  constructor(
    readonly clients: Clients,
    readonly now: number,
    readonly known: LearnedPrices,
  ) {
    this.#regions = new Map(
      Object.entries(known.regions).map(([region, types]) => [region, new Map(Object.entries(types))]),
    );
  }

  async askAll(wanted: readonly Wanted[]): Promise<void> {
    for (const each of wanted) {
      if (this.#ended) return;
      await this.#ask(each);
    }
  }

  end(problem: string): void {
    this.#ended = true;
    this.#problems.add(problem);
  }

  result(): Learning {
    this.#ended = true;
    const regions = Object.fromEntries(
      [...this.#regions].map(([region, types]) => [region, Object.fromEntries(types)]),
    );
    const learned: LearnedPrices = this.#hasLearned ? { schemaVersion: 1, regions } : this.known;
    return this.#problems.size > 0 ? { learned, problem: [...this.#problems].join('; ') } : { learned };
  }

  async #ask(wanted: Wanted): Promise<void> {
    const price = this.#refused
      ? undefined
      : await this.#attempt('pricing:GetProducts', () => askPrice(this.clients, wanted));
    if (price === undefined) this.#refused = true;
    if (price?.unreadable) this.#problems.add(`pricing:GetProducts: unreadable products of ${wanted.type}`);
    if (price?.usdPerHour !== undefined) return this.#learn(wanted, { usdPerHour: price.usdPerHour });
    const shape = isUnknown(wanted)
      ? await this.#attempt(`ec2:DescribeInstanceTypes in ${wanted.region}`, () =>
          askShape(this.clients, wanted),
        )
      : {};
    // No price and no shape is an answer, too: it is not asked again. A refusal is no answer.
    if (shape?.shape || (price?.unreadable === 0 && shape)) this.#learn(wanted, { ...shape });
  }

  #learn({ type, region }: Wanted, what: Omit<LearnedPrice, 'at'>): void {
    if (this.#ended) return;
    this.#hasLearned = true;
    const types = this.#regions.get(region) ?? new Map<string, LearnedPrice>();
    this.#regions.set(region, types.set(type, { at: this.now, ...what }));
  }

  /** Undefined when it failed; the error becomes a problem. */
  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      if (!this.#ended) this.#problems.add(`${what}: ${errorFacts(thrown).error}`);
      return undefined;
    }
  }
}
