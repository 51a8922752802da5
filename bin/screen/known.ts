import { errorFacts, keyOf, type Resource } from '../../lambda/core/model.ts';
import type { Shown } from '../../lambda/core/policy/descriptor.ts';
import type { Kind, PriceList } from '../../lambda/kinds/kind.ts';

/** What is known of a resource beside what the report says of it. */
export interface Known extends Shown {
  /** US dollars an hour, by the price table; missing where nothing is billed by the hour. */
  readonly usdPerHour?: number;
  /** The table does not know its family: the price is an upper estimate. */
  readonly isEstimate?: true;
}

export interface AllKnown {
  /** By `keyOf`. */
  readonly of: ReadonlyMap<string, Known>;
  /** Why something could not be priced. */
  readonly problems: readonly string[];
}

/** What is known of each resource that a run has found. Never rejects: a report must be shown without it, too. */
export async function knownOf(found: Iterable<Resource>, kinds: readonly Kind[]): Promise<AllKnown> {
  const lists = new Map<string, PriceList>();
  const problems: string[] = [];
  for (const kind of kinds)
    try {
      const list = await kind.loadPrices?.();
      if (list) lists.set(kind.name, list);
    } catch (thrown) {
      problems.push(`the prices of ${kind.title} could not be loaded: ${errorFacts(thrown).error}`);
    }
  const named = new Map(kinds.map((kind) => [kind.name, kind]));
  const of = new Map<string, Known>();
  for (const resource of found) {
    const kind = named.get(resource.kind);
    if (kind) of.set(keyOf(resource), known(resource, kind, lists.get(kind.name)));
  }
  return { of, problems };
}

function known({ facts, scope }: Resource, kind: Kind, prices: PriceList | undefined): Known {
  const meter = kind.meter?.(facts);
  const price = meter && prices?.priceOf(meter.priceKey, scope);
  return {
    ...(meter ? { type: meter.label } : {}),
    ...(meter?.startedAt === undefined ? {} : { since: meter.startedAt }),
    ...kind.shown?.(facts),
    ...(meter && price ? { usdPerHour: meter.quantity * price.usdPerHour } : {}),
    ...(price?.basis === 'estimated' ? { isEstimate: true } : {}),
  };
}
