import { GetProductsCommand, type PricingClient } from '@aws-sdk/client-pricing';
import { PLAIN_LINUX, readPriceList } from '../lambda/core/price-list.ts';
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
  const fields = { regionCode: region, ...PLAIN_LINUX };
  const Filters = Object.entries(fields).map(([Field, Value]) => ({
    Type: 'TERM_MATCH' as const,
    Field,
    Value,
  }));
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters, ...(NextToken && { NextToken }) }),
    );
    const { prices, unreadable } = readPriceList(page.PriceList ?? []);
    if (unreadable > 0) throw new Error(`${unreadable} products of ${region} cannot be read`);
    yield* prices.filter((each) => each.region === region);
    NextToken = page.NextToken;
  } while (NextToken);
}
