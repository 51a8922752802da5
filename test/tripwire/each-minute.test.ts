import { describe, expect, it } from 'vitest';
import { lookEachMinute } from '../../lambda/tripwire/each-minute.ts';
import type { TickReport } from '../../lambda/tripwire/tick.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

const MINUTE = 60_000;
const report = (keepsPace: boolean): TickReport => ({
  ...{ at: '', level: 'calm', reasons: [], estimateUsd: 0, usdPerHour: 0, running: 0 },
  ...{ gaps: [], problems: [], keepsPace },
});

/** The minutes after the start at which it looked. @param took duration of a look, in ms */
async function looks(
  keepsPace: (look: number) => boolean,
  {
    everyMinutes = 5,
    took = 3_000,
    mayGoOn = (_: number): boolean => true,
    fails = Number.POSITIVE_INFINITY,
  } = {},
) {
  const clock = new VirtualClock();
  const began = clock.now();
  const at: number[] = [];
  const look = async () => {
    at.push((clock.now() - began) / MINUTE);
    await clock.sleep(took);
    if (at.length >= fails) throw new Error('could not look at any region');
    return report(keepsPace(at.length));
  };
  const work = lookEachMinute(look, clock, everyMinutes, (inMs) => mayGoOn(clock.now() - began + inMs));
  const ended = await clock.run(work.catch((thrown: unknown) => thrown));
  return { at, ended };
}

describe('a scheduled run', () => {
  it('looks once when nothing is open', async () => {
    expect((await looks(() => false)).at).toEqual([0]);
  });

  it.each([
    [1, [0]],
    [2, [0, 1]],
    [5, [0, 1, 2, 3, 4]],
    [15, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]],
  ])(
    'every %i minutes looks each minute until the next one while something is open',
    async (everyMinutes, at) => {
      expect((await looks(() => true, { everyMinutes })).at).toEqual(at);
    },
  );

  it('stops when a look finds nothing open, and returns the report of that look', async () => {
    const { at, ended } = await looks((look) => look < 3);
    expect(at).toEqual([0, 1, 2]);
    expect(ended).toMatchObject({ keepsPace: false });
  });

  it('begins no look that could not end in time', async () => {
    const mayGoOn = (ms: number) => 15 * MINUTE - ms > 90_000;
    expect((await looks(() => true, { everyMinutes: 15, mayGoOn })).at.at(-1)).toBe(13);
  });

  it('leaves out the minutes that a long containment takes', async () => {
    expect((await looks(() => true, { took: 2.5 * MINUTE, everyMinutes: 10 })).at).toEqual([0, 3, 6, 9]);
  });

  it('ends with a look that fails, so that Lambda tries again', async () => {
    const { at, ended } = await looks(() => true, { fails: 2 });
    expect(at).toEqual([0, 1]);
    expect(ended).toBeInstanceOf(Error);
  });
});
