import { describe, expect, it } from 'vitest';
import { boundOf, type Region, stopRegion } from './throttled-region.ts';

const REGIONS = 17;
/** Round trips do not depend on buckets. */
const ROUND_TRIPS_S = 1;
const none = () => false;
const all = () => true;
const spread = (machines: number) => Math.ceil(machines / REGIONS);
const firstOf = (times: readonly number[], count: number) => [...times].sort((a, b) => a - b).slice(0, count);

describe("time until the last machine stops, against the bound of EC2's documented buckets", {
  timeout: 60_000,
}, () => {
  const regions = [300, 3_000, 20_000, 100_000].flatMap((machines) => [
    { name: `${machines} in one region`, machines },
    { name: `${machines} over ${REGIONS} regions`, machines: spread(machines) },
  ]);
  const cases = regions.flatMap((region) => [
    { ...region, isProtected: none, who: 'none protected' },
    { ...region, isProtected: all, who: 'all protected' },
  ]);
  // 100,000 protected in one region are among the long tests.
  const quick = cases.filter(({ machines, isProtected }) => machines < 100_000 || isProtected === none);

  it.each(quick)('$name, $who', async ({ name, who, ...region }) => {
    const { seconds, calls, throttled } = await stopRegion(region);
    const bound = boundOf(region);
    const ratio = bound > 0 ? `${(seconds / bound).toFixed(3)} ×` : 'no';
    console.log(
      `${name}, ${who}: ${seconds.toFixed(1)} s, ${ratio} bound; ${calls} calls, ${throttled} throttled`,
    );
    expect(seconds).toBeLessThanOrEqual(1.2 * bound + ROUND_TRIPS_S);
    expect(throttled).toBeLessThanOrEqual(0.35 * calls);
  });

  it.each([0.5, 0.8, 2, 3])('with buckets %f times as large as documented', async (generosity) => {
    for (const isProtected of [none, all]) {
      const region: Region = { machines: 5_000, isProtected, generosity };
      expect((await stopRegion(region)).seconds).toBeLessThanOrEqual(1.2 * boundOf(region) + ROUND_TRIPS_S);
    }
  });
});

describe('stop first', () => {
  it('stops the first thousand at once', async () => {
    const { stoppedAt } = await stopRegion({ machines: 3_000 });
    expect(firstOf(stoppedAt, 1_000).at(-1)).toBeLessThan(0.5);
  });

  it('stops unprotected machines as fast as if no protected ones came before them', async () => {
    const free = await stopRegion({ machines: 900 });
    const mixed = await stopRegion({
      machines: 1_000,
      isProtected: (at) => at < 100,
      chargesRefusals: false,
    });
    expect(Math.max(...mixed.stoppedAt.slice(100))).toBeLessThanOrEqual(Math.max(...free.stoppedAt) + 0.2);
  });

  it.each([true, false])(
    'delays only a few neighbours of scattered protected machines (refusals charged: %s)',
    async (charged) => {
      const isProtected = (at: number) => at % 100 === 50;
      const { stoppedAt } = await stopRegion({ machines: 1_000, isProtected, chargesRefusals: charged });
      const neighbours = stoppedAt.filter((_, at) => !isProtected(at));
      expect(firstOf(neighbours, 750).at(-1)).toBeLessThan(0.5);
      expect(Math.max(...stoppedAt)).toBeLessThan(20);
    },
  );

  it.each([true, false])(
    'stops protected machines chunk by chunk, from the start (charged: %s)',
    async (charged) => {
      const { stoppedAt } = await stopRegion({
        machines: 3_000,
        isProtected: all,
        chargesRefusals: charged,
      });
      const inOrder = firstOf(stoppedAt, 3_000);
      expect(inOrder[0]).toBeLessThan(2);
      // The bucket for lifting protections gives no more than 50 at once and then 5 a second.
      for (const at of [100, 500, 1_000, 2_000]) expect(inOrder[at]).toBeLessThan((at - 50) / 5 + 15);
    },
  );
});
