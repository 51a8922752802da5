import { expect, test } from 'vitest';
import { boundOf, stopRegion } from '../shell/throttled-region.ts';

test('100,000 protected machines in one region, against its buckets', async () => {
  const region = { machines: 100_000, isProtected: () => true };
  const { seconds } = await stopRegion(region);
  console.log(`${seconds.toFixed(1)} s, ${(seconds / boundOf(region)).toFixed(3)} × bound`);
  expect(seconds).toBeLessThanOrEqual(1.2 * boundOf(region));
});
