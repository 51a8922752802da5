import { describe, expect, it } from 'vitest';
import { estimateFrom, priceOf } from '../../lambda/core/prices/prices.ts';

describe('an estimate from a shape', () => {
  it.each([
    ['m5.xlarge', 4, 16, 0, 0],
    ['c7gn.16xlarge', 64, 128, 0, 0],
    ['z1d.12xlarge', 48, 384, 0, 0],
    ['x2iedn.32xlarge', 128, 4096, 0, 0],
    ['g4dn.xlarge', 4, 16, 1, 16],
    ['g6e.48xlarge', 192, 1536, 8, 384],
    ['g7e.48xlarge', 192, 2048, 8, 768],
    ['p4d.24xlarge', 96, 1152, 8, 320],
    ['p5en.48xlarge', 192, 2048, 8, 1128],
    ['p6-b200.48xlarge', 192, 2048, 8, 1432],
    ['p6-b200.48xlarge', 192, 2048, 8, undefined],
    ['trn1.32xlarge', 128, 512, 16, 512],
    ['inf2.48xlarge', 192, 768, 12, 384],
    ['u-3tb1.56xlarge', 224, 3072, 0, 0],
    ['u-24tb1.112xlarge', 448, 24576, 0, 0],
    ['u7i-6tb.112xlarge', 448, 6144, 0, 0],
    ['u7in-32tb.224xlarge', 896, 32768, 0, 0],
    ['x8i.96xlarge', 384, 6144, 0, 0],
  ])('is not below the price of %s', (type, vcpus, memoryGib, accelerators, acceleratorMemoryGib) => {
    const shape = { vcpus, memoryGib, accelerators, acceleratorMemoryGib };
    const price = priceOf(type, 'us-east-1', 'on-demand').usdPerHour;
    expect(estimateFrom(shape)).toBeGreaterThanOrEqual(price);
    expect(estimateFrom(shape)).toBeLessThan(price * 4);
  });

  it('of an unknown type comes from its shape, above the families of that shape', () => {
    const shape = { vcpus: 64, memoryGib: 128, accelerators: 0 };
    const { usdPerHour, basis } = priceOf('c9g.16xlarge', 'us-east-1', 'on-demand', {
      schemaVersion: 1,
      regions: { 'us-east-1': { 'c9g.16xlarge': { at: 1, shape } } },
    });
    expect(basis).toBe('estimated');
    expect(usdPerHour).toBe(estimateFrom(shape));
    expect(usdPerHour).toBeGreaterThan(priceOf('c7gn.16xlarge', 'us-east-1', 'on-demand').usdPerHour);
  });
});
