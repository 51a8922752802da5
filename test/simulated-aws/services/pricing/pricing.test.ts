import type * as api from '@aws-sdk/client-pricing';
import { expect } from 'vitest';
import { PRICING_BEHAVIOURS } from '../../../../simulated-aws/services/pricing/behaviours.ts';
import { pricingOperations } from '../../../../simulated-aws/services/pricing/pricing.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

interface Offer {
  readonly product: { readonly attributes: Readonly<Record<string, string>> };
  readonly terms: {
    readonly OnDemand: Record<
      string,
      { priceDimensions: Record<string, { unit: string; pricePerUnit: { USD: string } }> }
    >;
  };
}

const operations = pricingOperations();
const filters = (fields: Record<string, string>) =>
  Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
const getProducts = (fields: Record<string, string>, more: object = {}) =>
  call<api.GetProductsResponse>(operations, 'GetProducts', {
    ServiceCode: 'AmazonEC2',
    Filters: filters(fields),
    ...more,
  });
const itemsOf = ({ PriceList = [] }: api.GetProductsResponse) =>
  (PriceList as readonly unknown[]).map(String);
const offers = (fields: Record<string, string>) =>
  itemsOf(getProducts(fields)).map((each) => JSON.parse(each) as Offer);
const hourly = ({ terms }: Offer) =>
  Object.values(terms.OnDemand).flatMap(({ priceDimensions }) =>
    Object.values(priceDimensions).map(({ unit, pricePerUnit }) => [unit, Number(pricePerUnit.USD)]),
  );

const TYPE = { instanceType: 'c5.4xlarge', regionCode: 'sa-east-1' };
const PLAIN = {
  ...TYPE,
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
  marketoption: 'OnDemand',
};

behaviour(PRICING_BEHAVIOURS, 'pricing-products', () => {
  const [only, ...others] = offers(PLAIN);
  expect(others).toEqual([]);
  expect(only?.product.attributes).toMatchObject(TYPE);
  expect(only && hourly(only)).toEqual([['Hrs', expect.closeTo(0.68 * 1.541, 6)]]);
});

behaviour(PRICING_BEHAVIOURS, 'pricing-filters', () => {
  const all = offers(TYPE);
  expect(all.length).toBeGreaterThan(3);
  expect(new Set(all.map((each: Offer) => String(hourly(each)))).size).toBeGreaterThan(3);
  expect(offers({ ...TYPE, operatingSystem: 'Windows' })).toHaveLength(1);
  expect(offers({ ...PLAIN, instanceType: 'c5.huge' })).toEqual([]);
  expect(offers({ ...PLAIN, regionCode: 'xx-east-1' })).toEqual([]);
});

behaviour(PRICING_BEHAVIOURS, 'pricing-hosts', () => {
  const [host, ...others] = offers({
    productFamily: 'Dedicated Host',
    instanceType: 'mac2',
    regionCode: 'us-east-1',
  });
  expect(others).toEqual([]);
  expect(host && hourly(host)).toEqual([['Hrs', expect.closeTo(0.65, 6)]]);
  expect(offers({ instanceType: 'mac2.metal', regionCode: 'us-east-1' })).toEqual([]);
});

behaviour(PRICING_BEHAVIOURS, 'pricing-pages', () => {
  const { instanceType: _, ...anyType } = PLAIN;
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = getProducts(anyType, NextToken ? { NextToken } : {});
    expect(itemsOf(answer).length).toBeLessThanOrEqual(100);
    seen.push(...itemsOf(answer));
    NextToken = answer.NextToken;
  } while (NextToken);
  expect(seen.length).toBeGreaterThan(100);
  expect(new Set(seen).size).toBe(seen.length);
});

behaviour(PRICING_BEHAVIOURS, 'pricing-refuses', () => {
  expect(refusal(() => getProducts(PLAIN, { NextToken: 'no token' }))).toBe('InvalidNextTokenException');
  expect(refusal(() => getProducts(PLAIN, { MaxResults: 101 }))).toBe('InvalidParameterException');
  expect(refusal(() => getProducts(PLAIN, { ServiceCode: 'AmazonChime' }))).toBe('NotFoundException');
  const Filters = [{ Type: 'CONTAINS', Field: 'instanceType', Value: 'c5' }];
  expect(refusal(() => getProducts(PLAIN, { Filters }))).toBe('InvalidParameterException');
});
