import { describe, expect, it } from 'vitest';
import { everybody, expectStoppedInTime, expectStoppedNearBound, nobody } from './near-bound.ts';
import { stopRegion } from './throttled-region.ts';

const REGIONS = 17;
const spread = (machines: number) => Math.ceil(machines / REGIONS);
const firstOf = (times: readonly number[], count: number) => [...times].sort((a, b) => a - b).slice(0, count);

/** More machines in one region, and more with other buckets, are among the long tests. */
describe("time until the last machine stops, against what EC2's documented buckets take", () => {
  const regions = [
    ...[300, 3_000].map((machines) => ({ name: `${machines} in one region`, machines })),
    ...[300, 3_000, 20_000, 100_000].map((machines) => ({
      name: `${machines} over ${REGIONS} regions`,
      machines: spread(machines),
    })),
  ];
  const cases = regions.flatMap((region) => [
    { ...region, isProtected: nobody, who: 'none protected' },
    { ...region, isProtected: everybody, who: 'all protected' },
  ]);

  it.each(cases)('$name, $who', ({ name, who, ...region }) =>
    expectStoppedNearBound(`${name}, ${who}`, region),
  );

  it.each([0.5, 0.8, 2, 3])('with buckets %f times as large as documented', async (generosity) => {
    await expectStoppedInTime({ machines: 5_000, isProtected: nobody, generosity });
    await expectStoppedInTime({ machines: 2_000, isProtected: everybody, generosity });
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
        isProtected: everybody,
        chargesRefusals: charged,
      });
      const inOrder = firstOf(stoppedAt, 3_000);
      expect(inOrder[0]).toBeLessThan(2);
      // The bucket for lifting protections gives no more than 50 at once and then 5 a second.
      for (const at of [100, 500, 1_000, 2_000]) expect(inOrder[at]).toBeLessThan((at - 50) / 5 + 15);
    },
  );
});
