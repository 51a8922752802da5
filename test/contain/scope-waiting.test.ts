import { describe, expect, it } from 'vitest';
import { Lamps } from '../shell/in-memory-kind.ts';
import { byName, ids, REGION, setUp } from './scope-setup.ts';

describe('a scope', () => {
  it('waits half a minute for the run that has just opened the incident, then does the rest', async () => {
    const lamps = new Lamps('lamp', REGION, ids(3));
    const { contain, clock, seconds } = setUp([lamps.kind], { openedAgo: 2_000 });
    clock.sleep(10_000).then(
      () => lamps.burning.delete('lamp-1'),
      () => {},
    );
    const report = await contain();
    expect(lamps.lit).toEqual([]);
    expect(lamps.switched.toSorted(byName)).toEqual(['lamp-0', 'lamp-2']);
    expect(report).toMatchObject({ quiet: true });
    expect(report.outcomes.map(({ id }) => id).toSorted(byName)).toEqual(['lamp-0', 'lamp-2']);
    expect(seconds()).toBe(28 + 5 + 10);
  });

  it('does not wait for another run when the incident is older', async () => {
    const lamps = new Lamps('lamp', REGION, ids(3));
    const { contain, seconds } = setUp([lamps.kind], { openedAgo: 31_000 });
    expect(await contain()).toMatchObject({ passes: 3, quiet: true });
    expect(lamps.lit).toEqual([]);
    expect(seconds()).toBe(10);
  });

  it('waits no longer when the mark says that the incident was opened in the future', async () => {
    const lamps = new Lamps('lamp', REGION, ids(3));
    const { contain, seconds } = setUp([lamps.kind], { openedAgo: -50_000 });
    await contain();
    expect(lamps.lit).toEqual([]);
    expect(seconds()).toBe(30 + 5 + 10);
  });

  it('is observed while credentials work: what they launch after quiet passes is stopped', async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    let changedAt = 0;
    const { contain, clock } = setUp([lamps.kind], {
      credentialsChange: async (time) => {
        await time.sleep(100_000);
        changedAt = time.now();
        return changedAt;
      },
    });
    clock.sleep(99_000).then(
      () => lamps.burning.set('launched-at-the-last-moment', true),
      () => {},
    );
    clock.sleep(103_000).then(
      () => lamps.burning.set('launched-before-the-change-held', true),
      () => {},
    );
    const report = await contain();
    const endedAt = clock.now();
    await clock.run(clock.sleep(200_000));
    expect(lamps.lit).toEqual([]);
    expect(report).toMatchObject({ quiet: true });
    expect(endedAt).toBeGreaterThanOrEqual(changedAt + 5_000);
    // Two quiet passes at first, then one each half minute, then those that prove it.
    expect(report.passes).toBeLessThanOrEqual(11);
  });

  it('does not look again when its last look was late enough, even if it learns it later', async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    const { contain, seconds } = setUp([lamps.kind], {
      credentialsChange: async (time) => {
        const changedAt = time.now() + 1_000;
        await time.sleep(20_000);
        return changedAt;
      },
    });
    expect(await contain()).toMatchObject({ passes: 3, quiet: true });
    expect(seconds()).toBe(20);
  });

  it('does not wait when credentials stopped working before its last look, or were not changed', async () => {
    for (const changedAfter of [1_000, undefined]) {
      const lamps = new Lamps('lamp', REGION, ids(2));
      const { contain, seconds } = setUp([lamps.kind], {
        credentialsChange: async (time) => {
          await time.sleep(changedAfter ?? 1);
          return changedAfter && time.now();
        },
      });
      expect(await contain()).toMatchObject({ passes: 3, quiet: true });
      expect(seconds()).toBe(10);
    }
  });
});
