import { type PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing';
import { splitType } from '../../lambda/core/prices/price-lines.ts';
import {
  hostQuery,
  type ListedPrice,
  plainLinuxQuery,
  readPriceList,
} from '../../lambda/core/prices/price-list.ts';
import type { PricesByRegion } from './price-fit.ts';

export interface Collected {
  readonly prices: PricesByRegion;
  /** The day of the newest price: `2026-02-09`; undefined when there is none. */
  readonly published: string | undefined;
}

/**
 * The on-demand prices of all types in these regions, page by page; a region without any is left out. What is
 * sold by the host only, such as Mac, counts as the bare metal of its family.
 * @throws what the SDK throws, and Error for products that cannot be read.
 */
export async function collectPrices(client: PricingClient, regions: readonly string[]): Promise<Collected> {
  const prices = new Map<string, Map<string, number>>();
  let published: string | undefined;
  for (const region of regions) {
    const byType = new Map<string, number>();
    const note = ({ type, usdPerHour, published: day }: ListedPrice) => {
      byType.set(type, Math.max(usdPerHour, byType.get(type) ?? 0));
      if (day && day > (published ?? '')) published = day;
    };
    for await (const each of listedIn(client, region, plainLinuxQuery({ regionCode: region }))) note(each);
    const families = new Set([...byType.keys()].map(familyOf));
    for await (const each of listedIn(client, region, hostQuery({ regionCode: region })))
      if (!families.has(familyOf(each.type))) note(each);
    if (byType.size > 0) prices.set(region, byType);
  }
  return { prices, published };
}

async function* listedIn(client: PricingClient, region: string, query: ReturnType<typeof hostQuery>) {
  for await (const { PriceList = [] } of paginateGetProducts({ client }, query)) {
    const { prices, unreadable } = readPriceList(PriceList);
    if (unreadable > 0) throw new Error(`${unreadable} products of ${region} cannot be read`);
    yield* prices.filter((each) => each.region === region);
  }
}

const familyOf = (type: string): string => splitType(type).family;
