import { describe, expect, it } from 'vitest';
import { fargateUsdPerHour, usdPerHour } from '../../../simulated-aws/core/prices.ts';
import { Regions } from '../../../simulated-aws/core/regions.ts';

describe('prices', () => {
  it.each([
    ['t2.micro', 0.0116],
    ['t3.micro', 0.0104],
    ['m5.large', 0.096],
    ['c4.8xlarge', 1.591],
    ['c5.24xlarge', 4.08],
    ['c6i.32xlarge', 5.44],
    ['r5.xlarge', 0.252],
    ['g4dn.xlarge', 0.526],
    ['p2.16xlarge', 14.4],
    ['p3.16xlarge', 24.48],
    ['p4d.24xlarge', 32.77],
  ])('has %s at $%d an hour in us-east-1', (type, usd) => {
    expect(usdPerHour(type, 'us-east-1', 'on-demand')).toBeCloseTo(usd, 2);
    expect(usdPerHour(type, 'us-east-1', 'on-demand') / usd).toBeCloseTo(1, 3);
  });

  it('knows every region, and that Spot is cheaper', () => {
    for (const { name } of new Regions().all()) {
      const price = usdPerHour('g4dn.xlarge', name, 'on-demand');
      expect(price).toBeGreaterThanOrEqual(0.526);
      expect(price).toBeLessThan(0.526 * 2);
      expect(usdPerHour('g4dn.xlarge', name, 'spot')).toBeLessThan(price);
    }
  });

  it('prices a Fargate task by its vCPU and memory', () => {
    expect(fargateUsdPerHour(4, 16, 'us-east-1')).toBeCloseTo(4 * 0.04048 + 16 * 0.004445, 9);
  });

  it.each([['x9.large'], ['c5'], ['c5.huge'], ['c5.0.5xlarge']])('refuses %s by name', (type) => {
    expect(() => usdPerHour(type, 'us-east-1', 'on-demand')).toThrow(type);
  });

  it('refuses a region that does not exist', () => {
    expect(() => usdPerHour('t3.micro', 'us-east-9', 'on-demand')).toThrow('us-east-9');
  });
});
