import { describe, expect, it } from 'vitest';
import { disableKeys } from './throttled-iam.ts';

const cases = (['one for all', 'reads and changes', 'each operation'] as const).flatMap((buckets) =>
  [10, 20].flatMap((perSecond) => [5, 20, 100].map((capacity) => ({ buckets, perSecond, capacity }))),
);

describe('1,000 users with two keys each, IAM throttled at an undocumented rate', () => {
  it.each(cases)('buckets: $buckets; $perSecond a second, capacity $capacity', async (rate) => {
    const { seconds, bound, disabled, throttled, calls } = await disableKeys({
      users: 1_000,
      keysPerUser: 2,
      ...rate,
    });
    console.log(
      `${rate.buckets}, ${rate.perSecond}/s of ${rate.capacity}: ${(seconds / bound).toFixed(3)} × bound`,
    );
    expect(disabled).toBe(2_000);
    expect(seconds).toBeLessThanOrEqual(1.2 * bound);
    expect(throttled).toBeLessThanOrEqual(0.15 * calls);
  });
});
