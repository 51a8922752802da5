import { describe, expect, it } from 'vitest';
import { deviations, MOST_BELOW, PUBLISHED_ODD } from '../../build/prices/published-prices.ts';
import { familyLines, lettersOf } from '../../lambda/core/prices/price-lines.ts';
import { FAMILIES } from '../../lambda/core/prices/price-table.ts';
import { type LearnedPrices, priceOf } from '../../lambda/core/prices/prices.ts';

const onDemand = (type: string, learned?: LearnedPrices) =>
  priceOf(type, 'us-east-1', 'on-demand', learned).usdPerHour;
const learnedShape = (type: string, vcpus: number, memoryGib: number): LearnedPrices => ({
  schemaVersion: 1,
  regions: { 'us-east-1': { [type]: { at: 1, shape: { vcpus, memoryGib, accelerators: 0 } } } },
});

/** What we know to be much dearer here than it is published, with the reason. */
const TOO_DEAR: Readonly<Record<string, string>> = {
  'u-24tb1.metal': 'its host is listed at a third of u-24tb1.112xlarge, which runs on it; we take the dearer',
};
const MOST_ABOVE = 0.15;

const odd = deviations(PUBLISHED_ODD);
const kindOf = (type: string) =>
  type.includes('.metal') ? `${lettersOf(type)}*.metal` : `${lettersOf(type)}*`;

describe('published prices of bare metal, whole hosts and families that do not scale', () => {
  it.each([...new Set(odd.map(({ type }) => kindOf(type)))].sort())('%s is never too cheap', (kind) => {
    const some = odd.filter(({ type }) => kindOf(type) === kind);
    const low = ({ region, part }: (typeof some)[number]) =>
      part < -(region === 'us-east-1' ? MOST_BELOW.home : MOST_BELOW.elsewhere);
    expect(some.filter(low)).toEqual([]);
    expect(some.filter(({ type, part }) => part > MOST_ABOVE && !TOO_DEAR[type])).toEqual([]);
  });

  it('are there for each odd family', () => {
    const letters = new Set(odd.map(({ type }) => lettersOf(type)));
    const wanted = ['u', 'mac', 'trn', 'inf', 'p', 'hpc', 'dl', 'vt', 'f', 'x'];
    expect(wanted.filter((each) => !letters.has(each))).toEqual([]);
    expect(odd.filter(({ type }) => type.includes('.metal')).length).toBeGreaterThan(100);
  });
});

describe('bare metal that the table does not list', () => {
  it.each([
    ['u-6tb1', '112xlarge'],
    ['u-9tb1', '112xlarge'],
    ['u-12tb1', '112xlarge'],
    ['u-18tb1', '112xlarge'],
    ['u-24tb1', '112xlarge'],
    ['u7in-32tb', '224xlarge'],
    ['m8i', '96xlarge'],
    ['x8i', '96xlarge'],
  ])('%s.metal costs no less than its host, which runs %s', (family, largest) => {
    const host = onDemand(`${family}.${largest}`);
    expect(onDemand(`${family}.metal`)).toBeGreaterThanOrEqual(host * (1 - MOST_BELOW.home));
    expect(onDemand(`${family}.metal`)).toBeLessThan(host * 1.15);
  });

  it('costs a tenth more than its virtual size, in any family', () => {
    for (const [family, { sizes }] of familyLines(FAMILIES))
      if (!sizes.has('metal-7xl') && !sizes.has('7xlarge'))
        expect(onDemand(`${family}.metal-7xl`)).toBeCloseTo(onDemand(`${family}.7xlarge`) * 1.1, 8);
  });
});

describe('an odd family that the table does not know', () => {
  it('costs more than its dearest kin at that size', () => {
    expect(onDemand('g9e.2xlarge')).toBeGreaterThan(onDemand('g7e.2xlarge'));
    expect(onDemand('p7.48xlarge')).toBeGreaterThan(onDemand('p6-b200.48xlarge'));
    expect(onDemand('u9in-48tb.metal')).toBeGreaterThan(onDemand('u7in-32tb.224xlarge'));
    expect(onDemand('mac-m9.metal')).toBeGreaterThan(onDemand('mac-m3ultra.metal'));
  });

  it('is one host, not eight, where its kin cost the same at each size', () => {
    expect(onDemand('hpc7a.12xlarge')).toBeCloseTo(onDemand('hpc7a.96xlarge'), 8);
    expect(onDemand('hpc9a.96xlarge')).toBeGreaterThan(onDemand('hpc7a.96xlarge'));
    expect(onDemand('hpc9a.96xlarge')).toBeLessThan(onDemand('hpc7a.96xlarge') * 4);
  });

  it('is not priced by its shape when it is a whole host: Mac costs several times what its vCPUs do', () => {
    const shape = learnedShape('mac-m9.metal', 16, 128);
    expect(onDemand('mac-m9.metal', shape)).toBe(onDemand('mac-m9.metal'));
    expect(onDemand('u9i-40tb.224xlarge', learnedShape('u9i-40tb.224xlarge', 896, 40960))).toBeGreaterThan(
      onDemand('u7in-32tb.224xlarge'),
    );
  });
});
