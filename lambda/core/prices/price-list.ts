import * as v from 'valibot';

/**
 * What a product has to be so that its price is that of a plain Linux instance on shared hardware. The Price List API
 * has many more of one type: other systems, dedicated, reserved and not used, capacity blocks at $0. Source: Price List
 * API, GetProducts; AmazonEC2's attributes, as DescribeServices names them.
 */
const PLAIN_LINUX: Readonly<Record<string, string>> = {
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
};
/** What GetProducts has to be asked for them; `fields` narrows that further. */
export const plainLinuxQuery = (fields: Readonly<Record<string, string>>) => ({
  ServiceCode: 'AmazonEC2',
  Filters: Object.entries({ ...fields, ...PLAIN_LINUX }).map(([Field, Value]) => ({
    Type: 'TERM_MATCH' as const,
    Field,
    Value,
  })),
});
/** Products that say how they are bought; those that do not are on-demand as well. */
const ON_DEMAND = 'OnDemand';

const item = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    product: v.object({
      attributes: v.record(v.string(), v.string()),
    }),
    publicationDate: v.optional(v.string()),
    terms: v.object({
      OnDemand: v.optional(
        v.record(
          v.string(),
          v.object({
            priceDimensions: v.record(
              v.string(),
              v.object({ unit: v.string(), pricePerUnit: v.object({ USD: v.optional(v.string()) }) }),
            ),
          }),
        ),
      ),
    }),
  }),
);

export interface ListedPrice {
  readonly type: string;
  readonly region: string;
  /** On-demand, greater than 0. */
  readonly usdPerHour: number;
  /** The day on which AWS published it: `2026-02-09`. */
  readonly published: string | undefined;
}

/**
 * The prices in a PriceList, whose items are JSON in strings; the dearest where a product has several. Products without
 * an hourly price are left out; items that are no product are counted.
 */
export function readPriceList(items: readonly unknown[]): {
  readonly prices: readonly ListedPrice[];
  readonly unreadable: number;
} {
  const prices: ListedPrice[] = [];
  let unreadable = 0;
  for (const each of items) {
    // The SDK hands out String objects.
    const read = v.safeParse(item, String(each));
    if (!read.success) unreadable += 1;
    else prices.push(...hourly(read.output));
  }
  return { prices, unreadable };
}

function hourly({ product, publicationDate, terms }: v.InferOutput<typeof item>): ListedPrice[] {
  const { attributes } = product;
  const { instanceType: type, regionCode: region, marketoption = ON_DEMAND } = attributes;
  const isPlain = Object.entries(PLAIN_LINUX).every(([name, value]) => attributes[name] === value);
  if (!type || !region || !isPlain || marketoption !== ON_DEMAND) return [];
  const usd = Object.values(terms.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .flatMap(({ unit, pricePerUnit }) => (unit === 'Hrs' ? Number(pricePerUnit.USD) : []))
    .filter((each) => Number.isFinite(each) && each > 0);
  if (usd.length === 0) return [];
  const published = publicationDate?.slice(0, 10);
  return [{ type, region, usdPerHour: Math.max(...usd), published }];
}
