import { expect } from 'vitest';
import { disableKeys, type IamRate } from './throttled-iam.ts';
import { boundOf, type Region, stopRegion } from './throttled-region.ts';

/** Some round trips are no matter of buckets. */
const ROUND_TRIPS_S = 1;

export const nobody = () => false;
export const everybody = () => true;

/** Stops a region, in hardly more time than EC2's documented buckets take, and with few refusals. */
export async function expectStoppedNearBound(name: string, region: Region): Promise<void> {
  const { seconds, calls, throttled } = await stopRegion(region);
  const bound = boundOf(region);
  const ratio = bound > 0 ? `${(seconds / bound).toFixed(3)} ×` : 'no';
  console.log(`${name}: ${seconds.toFixed(1)} s, ${ratio} bound; ${calls} calls, ${throttled} throttled`);
  expect(seconds).toBeLessThanOrEqual(1.2 * bound + ROUND_TRIPS_S);
  expect(throttled).toBeLessThanOrEqual(0.35 * calls);
}

/** The same, where the buckets are not as large as documented: how many are refused until that is found out is open. */
export async function expectStoppedInTime(region: Region): Promise<void> {
  expect((await stopRegion(region)).seconds).toBeLessThanOrEqual(1.2 * boundOf(region) + ROUND_TRIPS_S);
}

/** Disables 1,000 users with two keys each, in hardly more time than IAM's buckets take, and with few refusals. */
export async function expectDisabledNearBound(
  rate: Pick<IamRate, 'buckets' | 'perSecond' | 'capacity'>,
): Promise<void> {
  const { seconds, bound, disabled, throttled, calls } = await disableKeys({
    users: 1_000,
    keysPerUser: 2,
    ...rate,
  });
  console.log(
    `${rate.buckets}, ${rate.perSecond}/s, capacity ${rate.capacity}: ${(seconds / bound).toFixed(3)} × bound`,
  );
  expect(disabled).toBe(2_000);
  expect(seconds).toBeLessThanOrEqual(1.2 * bound);
  expect(throttled).toBeLessThanOrEqual(0.15 * calls);
}
