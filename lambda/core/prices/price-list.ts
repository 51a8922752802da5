import * as v from 'valibot';

/**
 * The attributes of a product that is a plain Linux instance on shared hardware. The Price List API has many
 * more products of each type: other systems, dedicated, reserved but unused, capacity blocks at $0. Source:
 * Price List API, GetProducts; the attributes of AmazonEC2 as DescribeServices names them.
 */
const PLAIN_LINUX: Readonly<Record<string, string>> = {
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
};
const matching = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
/** The query for GetProducts that finds them. @param fields more attributes that must match. */
export const plainLinuxQuery = (fields: Readonly<Record<string, string>>) => ({
  ServiceCode: 'AmazonEC2',
  Filters: matching({ ...fields, ...PLAIN_LINUX }),
});
/** What the Price List API calls a whole host: the product family of `HostUsage`, in the offer file of AmazonEC2. */
const HOST = 'Dedicated Host';
/**
 * The query for GetProducts that finds whole hosts. Their `instanceType` is a family: `mac2`, `u-9tb1`.
 * @param fields more attributes that must match.
 */
export const hostQuery = (fields: Readonly<Record<string, string>>) => ({
  ServiceCode: 'AmazonEC2',
  Filters: matching({ ...fields, productFamily: HOST }),
});
/** A product without `marketoption` is on-demand, too. */
const ON_DEMAND = 'OnDemand';

const item = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    product: v.object({
      productFamily: v.optional(v.string()),
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
  /** The day when AWS published it: `2026-02-09`. */
  readonly published: string | undefined;
}

/**
 * The prices in a PriceList, whose items are JSON texts. A product with several prices counts with the
 * highest; products without an hourly price are left out. A host counts as the bare metal of its family, since
 * an instance on it costs nothing beside. @returns also the number of items that could not be
 * read.
 */
export function readPriceList(items: readonly unknown[]): {
  readonly prices: readonly ListedPrice[];
  readonly unreadable: number;
} {
  const prices: ListedPrice[] = [];
  let unreadable = 0;
  for (const each of items) {
    // The SDK returns String objects.
    const read = v.safeParse(item, String(each));
    if (!read.success) unreadable += 1;
    else prices.push(...hourly(read.output));
  }
  return { prices, unreadable };
}

function hourly({ product, publicationDate, terms }: v.InferOutput<typeof item>): ListedPrice[] {
  const { attributes, productFamily } = product;
  const { instanceType, regionCode: region, marketoption = ON_DEMAND } = attributes;
  const isHost = productFamily === HOST;
  const isPlain = Object.entries(PLAIN_LINUX).every(([name, value]) => attributes[name] === value);
  if (!instanceType || !region || !(isHost || isPlain) || marketoption !== ON_DEMAND) return [];
  const type = isHost ? `${instanceType}.metal` : instanceType;
  const usd = Object.values(terms.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .flatMap(({ unit, pricePerUnit }) => (unit === 'Hrs' ? Number(pricePerUnit.USD) : []))
    .filter((each) => Number.isFinite(each) && each > 0);
  if (usd.length === 0) return [];
  const published = publicationDate?.slice(0, 10);
  return [{ type, region, usdPerHour: Math.max(...usd), published }];
}
