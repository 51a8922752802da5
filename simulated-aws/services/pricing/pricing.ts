import type * as api from '@aws-sdk/client-pricing';
import { pageAfter, placeOf } from '../../core/paging.ts';
import { hostUsdPerHour, pricedHosts, pricedTypes, usdPerHour } from '../../core/prices.ts';
import { Regions } from '../../core/regions.ts';
import { type Operations, ServiceError } from '../../core/service.ts';

/** The day of the prices in core/prices.ts. */
const PUBLISHED = '2025-05-01T00:00:00Z';
/** Terms and rate codes as they are in every offer file. Source: Price List guide, "Reading an offer file". */
const ON_DEMAND_TERM = 'JRTCKXETXF';
const HOURLY_RATE = '6YS6EN2CT7';
const MOST = 100;

type Attributes = Readonly<Record<string, string>>;

interface Product {
  readonly sku: string;
  readonly productFamily: string;
  readonly attributes: Attributes;
  readonly usd: number;
}

const PLAIN = {
  servicecode: 'AmazonEC2',
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
  marketoption: 'OnDemand',
};
/**
 * The other products of each type, with their prices relative to the plain one. Assumption: the real relations differ
 * by type. A capacity block has the price $0, since its fee is paid up front (aws-eda-slurm-cluster, pull request 201).
 */
const VARIANTS: readonly (readonly [more: Attributes, times: number])[] = [
  [{}, 1],
  [{ operatingSystem: 'Windows' }, 1.9],
  [{ tenancy: 'Dedicated' }, 1.1],
  [{ preInstalledSw: 'SQL Std' }, 4],
  [{ capacitystatus: 'AllocatedCapacityReservation' }, 0],
  [{ marketoption: 'CapacityBlock' }, 0],
];

/** The Price List API on the prices of the ledger. Its answers do not depend on the account. */
export function pricingOperations(): Operations {
  const regions = new Regions().all().map(({ name }) => name);
  return {
    GetProducts(input: api.GetProductsRequest): api.GetProductsResponse {
      const { ServiceCode, Filters = [], MaxResults = MOST, NextToken } = input;
      if (ServiceCode !== 'AmazonEC2')
        throw new ServiceError('NotFoundException', `${ServiceCode} is not simulated`);
      if (MaxResults < 1 || MaxResults > MOST) throw invalid('MaxResults');
      const other = Filters.find(({ Type }) => Type !== 'TERM_MATCH' && Type !== 'EQUALS');
      if (other) throw invalid(`a filter of type ${other.Type}`);
      const place = placeOf({ NextToken }, 'InvalidNextTokenException');
      const asked = (field: string) => Filters.find(({ Field }) => Field === field)?.Value;
      const found: Product[] = [];
      for (const product of products(regions, asked('regionCode'), asked('instanceType')))
        if (Filters.every(({ Field = '', Value }) => attributeOf(product, Field) === Value))
          found.push(product);
      const numbered = found.map((product, index) => ({ product, number: index + 1 }));
      const rest = numbered.slice(place);
      const { items, ...next } = pageAfter(rest, MaxResults, ({ number }) => number);
      return { FormatVersion: 'aws_v1', PriceList: items.map(({ product }) => offer(product)), ...next };
    },
  };
}

const attributeOf = ({ productFamily, attributes }: Product, field: string) =>
  field === 'productFamily' ? productFamily : attributes[field];

function* products(
  regions: readonly string[],
  onlyRegion: string | undefined,
  onlyType: string | undefined,
): Iterable<Product> {
  for (const regionCode of regions) {
    if (onlyRegion !== undefined && regionCode !== onlyRegion) continue;
    for (const instanceType of pricedTypes()) {
      if (onlyType !== undefined && instanceType !== onlyType) continue;
      const usd = usdPerHour(instanceType, regionCode, 'on-demand');
      for (const [index, [more, times]] of VARIANTS.entries())
        yield {
          sku: `${instanceType}/${regionCode}/${index}`,
          productFamily: 'Compute Instance',
          attributes: { ...PLAIN, ...more, instanceType, regionCode },
          usd: usd * times,
        };
    }
    for (const instanceType of pricedHosts())
      yield {
        sku: `${instanceType}/${regionCode}/host`,
        productFamily: 'Dedicated Host',
        attributes: { servicecode: 'AmazonEC2', tenancy: 'Host', instanceType, regionCode },
        usd: hostUsdPerHour(instanceType, regionCode),
      };
  }
}

/** One product with its on-demand terms, as JSON in a string. */
function offer({ sku, productFamily, attributes, usd }: Product): string {
  const term = `${sku}.${ON_DEMAND_TERM}`;
  const rate = `${term}.${HOURLY_RATE}`;
  const dimension = {
    rateCode: rate,
    unit: 'Hrs',
    beginRange: '0',
    endRange: 'Inf',
    pricePerUnit: { USD: usd.toFixed(10) },
  };
  return JSON.stringify({
    product: { productFamily, sku, attributes },
    serviceCode: 'AmazonEC2',
    terms: {
      OnDemand: {
        [term]: { sku, offerTermCode: ON_DEMAND_TERM, priceDimensions: { [rate]: dimension } },
      },
    },
    version: PUBLISHED.replace(/\D/g, ''),
    publicationDate: PUBLISHED,
  });
}

const invalid = (what: string) => new ServiceError('InvalidParameterException', `${what} is not valid`);
