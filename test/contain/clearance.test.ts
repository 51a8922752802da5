import { describe, expect, it } from 'vitest';
import type { Clearance } from '../../lambda/contain/clearance.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { Lamps } from '../shell/in-memory-kind.ts';
import { ids, REGION, setUp } from './scope-setup.ts';

describe('the clearance', () => {
  it('lets every kind look, and none act, until it is given', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    const { contain, clock, ready, seconds, store } = setUp([lamps.kind]);
    const actedAt: number[] = [];
    let pages = 0;
    lamps.beforePage = () => void pages++;
    lamps.beforeSwitch = () => void actedAt.push(seconds());
    const go = clock.sleep(3_000).then(() => {
      expect(pages).toBe(3);
      expect(store.texts.size).toBe(0);
      return ready;
    });
    await contain(go);
    expect(Math.min(...actedAt)).toBe(3);
  });

  it('that is refused changes nothing, writes nothing, and ends the scope with its reason', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    const { contain, clock, store } = setUp([lamps.kind]);
    lamps.beforePage = () => clock.sleep(1_000);
    const go = clock.sleep(1_500).then((): Clearance => {
      throw new InputError(['credentials: expired']);
    });
    await expect(contain(go)).rejects.toThrow('credentials: expired');
    // Pages that were still being read must not end the process when they meet the refused clearance.
    await clock.run(clock.sleep(60_000));
    expect(lamps.lit).toHaveLength(25);
    expect(store.texts.size).toBe(0);
  });

  it('for a plan only plans, in one pass', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    const { contain, store, seconds } = setUp([lamps.kind], { act: false });
    const report = await contain();
    expect(report.passes).toBe(1);
    expect(report.outcomes.map(({ status }) => status)).toEqual(Array(25).fill('planned'));
    expect(lamps.lit).toHaveLength(25);
    expect(store.texts.size).toBe(0);
    expect(seconds()).toBe(0);
  });
});

it('a change is made only after its record is in the journal', async () => {
  const lamps = new Lamps('lamp', REGION, ids(25));
  const { contain, store } = setUp([lamps.kind]);
  lamps.beforeSwitch = (id) => {
    const journal = [...store.texts].filter(([key]) => key.includes('/journal/')).map(([, text]) => text);
    expect(journal.join('')).toContain(`"${id}"`);
  };
  await contain();
  expect(lamps.switched).toHaveLength(25);
});
