import { describe, expect, it } from 'vitest';
import {
  everybody,
  expectDisabledNearBound,
  expectStoppedInTime,
  expectStoppedNearBound,
  nobody,
} from '../shell/near-bound.ts';
import { boundOf, stopRegion } from '../shell/throttled-region.ts';

describe("many machines in one region, against EC2's buckets", () => {
  it.each([
    { machines: 20_000, isProtected: nobody },
    { machines: 20_000, isProtected: everybody },
    { machines: 100_000, isProtected: nobody },
  ])('$machines, $isProtected.name protected', (region) =>
    expectStoppedNearBound(`${region.machines}, ${region.isProtected.name} protected`, region),
  );

  it('100,000, everybody protected', async () => {
    const region = { machines: 100_000, isProtected: everybody };
    const { seconds } = await stopRegion(region);
    console.log(`${seconds.toFixed(1)} s, ${(seconds / boundOf(region)).toFixed(3)} × bound`);
    expect(seconds).toBeLessThanOrEqual(1.2 * boundOf(region));
  });

  it.each([0.5, 0.8, 2, 3])(
    '5,000, all protected, with buckets %f times as large as documented',
    (generosity) => expectStoppedInTime({ machines: 5_000, isProtected: everybody, generosity }),
  );
});

describe('1,000 users with two keys each, IAM throttled at a rate that nobody told us', () => {
  const cases = (['one for all', 'reads and changes', 'each operation'] as const).flatMap((buckets) =>
    [10, 20].flatMap((perSecond) => [5, 20, 100].map((capacity) => ({ buckets, perSecond, capacity }))),
  );
  it.each(cases)('buckets: $buckets; $perSecond a second, capacity $capacity', expectDisabledNearBound);
});
