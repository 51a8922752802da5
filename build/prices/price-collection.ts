import { type PricingClient, paginateGetProducts } from '@aws-sdk/client-pricing';
import { plainLinuxQuery, readPriceList } from '../../lambda/core/prices/price-list.ts';
import type { PricesByRegion } from './price-fit.ts';

export interface Collected {
  readonly prices: PricesByRegion;
  /** The day of the newest price: `2026-02-09`; undefined when there is none. */
  readonly published: string | undefined;
}

/**
 * The on-demand prices of all types in these regions, page by page; a region without any is left out.
 * @throws what the SDK throws, and Error for products that cannot be read.
 */
export async function collectPrices(client: PricingClient, regions: readonly string[]): Promise<Collected> {
  const prices = new Map<string, Map<string, number>>();
  let published: string | undefined;
  for (const region of regions)
    for await (const each of listedIn(client, region)) {
      const byType = prices.get(region) ?? new Map<string, number>();
      prices.set(region, byType.set(each.type, Math.max(each.usdPerHour, byType.get(each.type) ?? 0)));
      if (each.published && each.published > (published ?? '')) published = each.published;
    }
  return { prices, published };
}

async function* listedIn(client: PricingClient, region: string) {
  const query = plainLinuxQuery({ regionCode: region });
  for await (const { PriceList = [] } of paginateGetProducts({ client }, query)) {
    const { prices, unreadable } = readPriceList(PriceList);
    if (unreadable > 0) throw new Error(`${unreadable} products of ${region} cannot be read`);
    yield* prices.filter((each) => each.region === region);
  }
}
