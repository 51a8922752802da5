import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deviation, deviations, MOST_BELOW, PUBLISHED } from '../../build/prices/published-prices.ts';
import { familyLines, regionFactors } from '../../lambda/core/prices/price-lines.ts';
import { FAMILIES, PRICES_DATED, REGIONS, REGIONS_DATED } from '../../lambda/core/prices/price-table.ts';
import {
  type LearnedPrices,
  nothingLearned,
  PRICES_KEY,
  parseLearnedPrices,
  priceOf,
  pricesDocument,
} from '../../lambda/core/prices/prices.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';

const onDemand = (type: string, region: string, learned?: LearnedPrices) =>
  priceOf(type, region, 'on-demand', learned).usdPerHour;
const learned = (type: string, region: string, what: object): LearnedPrices => ({
  schemaVersion: 1,
  regions: { [region]: { [type]: { at: 1, ...what } } },
});
const isTooLow = ({ region, part }: Deviation) =>
  part < -(region === 'us-east-1' ? MOST_BELOW.home : MOST_BELOW.elsewhere);
const families = familyLines(FAMILIES);
const regions = regionFactors(REGIONS);

/**
 * The fixture and the table come from different collections. Two limits: the tables of single regions are by
 * the same authors as the regions' factors, and only the table's own source confirms P4, P5 and later.
 */
describe('the table, compared with prices that others published', () => {
  const all = deviations(PUBLISHED);

  it('is compared for at least 50 types in at least 5 regions, with sa-east-1', () => {
    const types = new Set(all.map(({ type }) => type));
    const places = new Set(all.map(({ region }) => region));
    expect(types.size).toBeGreaterThanOrEqual(50);
    expect([...places]).toEqual(
      expect.arrayContaining(['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-northeast-1', 'sa-east-1']),
    );
    for (const { prices } of PUBLISHED)
      expect(Object.values(prices).filter((each) => Object.keys(each).length >= 5).length).toBeGreaterThan(
        20,
      );
  });

  it('differs by at most 15 %, and for half of the prices by at most 1 %', () => {
    expect(all.filter(({ part }) => Math.abs(part) > 0.15)).toEqual([]);
    expect(Math.abs(all[Math.floor(all.length / 2)]?.part ?? 1)).toBeLessThan(0.01);
  });

  it('is below a published price by no more than the fit allows, but where it is said why', () => {
    /** Of before June 2019: 0.249 in 2025, which the factor is from. And what came there after the factors' day. */
    const named = /^i3\.\w+ sa-east-1$|^m8g\.\S+ ap-south-1$/;
    const below = all.filter(isTooLow).map(({ type, region }) => `${type} ${region}`);
    expect(below.filter((each) => !named.test(each))).toEqual([]);
  });

  it('knows every default region, is dated, and is small', () => {
    expect(DEFAULT_REGIONS.filter((region) => !regions.has(region))).toEqual([]);
    for (const dated of [PRICES_DATED, REGIONS_DATED]) expect(dated).toMatch(/^202\d-\d\d-\d\d$/);
    expect(FAMILIES.length + REGIONS.length).toBeLessThan(12_000);
    const figures = [...families.values()].flatMap(({ xlargeUsd, sizes }) => [xlargeUsd, ...sizes.values()]);
    const factors = [...regions.values()].flatMap((each) => [...each.values()]);
    expect([...figures, ...factors].filter((each) => !(each > 0))).toEqual([]);
  });
});

describe('the price of a type', () => {
  it('says its basis', () => {
    expect(priceOf('g5.xlarge', 'us-east-1', 'on-demand')).toEqual({ usdPerHour: 1.006, basis: 'listed' });
    expect(priceOf('c5.4xlarge', 'us-east-1', 'on-demand')).toEqual({ usdPerHour: 0.68, basis: 'family' });
    expect(priceOf('c5.4xlarge', 'us-east-1', 'spot')).toEqual({ usdPerHour: 0.34, basis: 'family' });
    expect(priceOf('q9.large', 'us-east-1', 'on-demand').basis).toBe('estimated');
  });

  it('is that of the dearest region where the region is unknown', () => {
    const everywhere = [...regions.keys()].map((region) => onDemand('g6.12xlarge', region));
    expect(onDemand('g6.12xlarge', 'xx-nowhere-1')).toBe(Math.max(...everywhere));
  });

  it('of an unknown family is above the families with its letters, or above all if there are none', () => {
    expect(onDemand('c9g.4xlarge', 'us-east-1')).toBeGreaterThan(onDemand('c7gn.4xlarge', 'us-east-1'));
    expect(onDemand('p7.48xlarge', 'us-east-1')).toBeGreaterThan(onDemand('p6-b200.48xlarge', 'us-east-1'));
    expect(onDemand('q1.metal', 'us-east-1')).toBeGreaterThan(onDemand('p5en.48xlarge', 'us-east-1'));
    expect(onDemand('mac-m9.metal', 'us-east-1')).toBeLessThan(20);
  });

  it('is positive and finite for any strings, and half of it for spot', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'c5.', '.', 'c5.9999xlarge'),
    );
    fc.assert(
      fc.property(name, name, (type, region) => {
        const { usdPerHour } = priceOf(type, region, 'on-demand', nothingLearned());
        expect(usdPerHour).toBeGreaterThan(0);
        expect(usdPerHour).toBeLessThan(1e6);
        expect(priceOf(type, region, 'spot').usdPerHour).toBe(usdPerHour / 2);
      }),
    );
  });

  it('grows with the size, except for listed sizes, whose accelerators do not grow', () => {
    const size = fc.constantFrom(
      'nano',
      'micro',
      'small',
      'medium',
      'large',
      'xlarge',
      2,
      3,
      4,
      8,
      12,
      16,
      24,
      48,
    );
    const sizeName = (each: string | number) => (typeof each === 'number' ? `${each}xlarge` : each);
    const linear = [...families].filter(([, { sizes }]) =>
      [...sizes.keys()].every((each) => /^metal/.test(each)),
    );
    const order = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', 2, 3, 4, 8, 12, 16, 24, 48];
    const family = fc.constantFrom(...linear.map(([each]) => each), 'q1', 'c9x');
    fc.assert(
      fc.property(family, fc.constantFrom(...regions.keys()), size, size, (name, region, a, b) => {
        const [smaller, larger] = [a, b].sort((x, y) => order.indexOf(x) - order.indexOf(y));
        expect(onDemand(`${name}.${sizeName(smaller ?? '')}`, region)).toBeLessThanOrEqual(
          onDemand(`${name}.${sizeName(larger ?? '')}`, region),
        );
      }),
    );
    expect(linear.length).toBeGreaterThan(100);
  });
});

describe('a learned price', () => {
  it('refines the price between half and twice the table', () => {
    const c5 = (usdPerHour: number) => learned('c5.xlarge', 'us-east-1', { usdPerHour });
    expect(priceOf('c5.xlarge', 'us-east-1', 'on-demand', c5(0.15))).toEqual({
      usdPerHour: 0.15,
      basis: 'asked',
    });
    expect(onDemand('c5.xlarge', 'us-east-1', c5(0.0001))).toBe(0.085);
    expect(onDemand('c5.xlarge', 'us-east-1', c5(99))).toBe(0.34);
    expect(onDemand('c5.xlarge', 'eu-west-1', c5(0.15))).toBe(onDemand('c5.xlarge', 'eu-west-1'));
  });

  it('never makes an unknown type cheaper than half of the cheapest similar family at its size', () => {
    const tiny = { vcpus: 0.01, memoryGib: 0.01, accelerators: 0 };
    for (const what of [{ usdPerHour: 1e-9 }, { shape: tiny }]) {
      expect(onDemand('p7.48xlarge', 'us-east-1', learned('p7.48xlarge', 'us-east-1', what))).toBeCloseTo(
        21.6,
        5,
      );
      expect(onDemand('q1.48xlarge', 'us-east-1', learned('q1.48xlarge', 'us-east-1', what))).toBeGreaterThan(
        0.3,
      );
    }
  });

  it('never moves a price out of its bounds, whatever the document says', () => {
    const any = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).filter((each) => each > 0);
    fc.assert(
      fc.property(
        fc.constantFrom('c5.xlarge', 'p5.48xlarge', 't3.micro'),
        any,
        any,
        (type, usdPerHour, vcpus) => {
          const table = onDemand(type, 'eu-west-1');
          const shape = { vcpus, memoryGib: vcpus, accelerators: 0 };
          const price = onDemand(type, 'eu-west-1', learned(type, 'eu-west-1', { usdPerHour, shape }));
          expect(price).toBeGreaterThanOrEqual(table / 2);
          expect(price).toBeLessThanOrEqual(table * 2);
        },
      ),
    );
  });

  it('is read back from its document; an unreadable document counts as nothing, with the reason', () => {
    const prices = learned('c5.xlarge', 'us-east-1', { usdPerHour: 0.17 });
    expect(parseLearnedPrices(pricesDocument(prices))).toEqual({ learned: prices });
    expect(parseLearnedPrices(undefined)).toEqual({ learned: nothingLearned() });
    for (const text of [
      'no JSON',
      '{}',
      pricesDocument(learned('c5.xlarge', 'us-east-1', { usdPerHour: 0 })),
      pricesDocument(learned('c5.xlarge', 'us-east-1', { usdPerHour: -1 })),
      '{"schemaVersion":1,"regions":{"us-east-1":{"c5.xlarge":{"at":1,"usdPerHour":1e999}}}}',
    ]) {
      const read = parseLearnedPrices(text);
      expect(read.learned).toEqual(nothingLearned());
      expect(read.problem).toContain(PRICES_KEY);
    }
  });
});
