import { describe, expect, it } from 'vitest';
import { Lamps, named } from '../shell/in-memory-kind.ts';
import { ids, REGION, setUp } from './scope-setup.ts';

describe('a scope', () => {
  it('is contained when two passes in a row, 5 s apart, find nothing new', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    const { contain, seconds, progress } = setUp([lamps.kind]);
    const report = await contain();
    expect(lamps.lit).toEqual([]);
    expect(report).toMatchObject({ passes: 3, quiet: true, gaps: [] });
    expect(report.outcomes).toHaveLength(25);
    expect(seconds()).toBe(10);
    expect(progress.map(({ resources, ended }) => [resources.length, ended])).toEqual([
      [25, false],
      [0, false],
      [0, true],
    ]);
  });

  it('is contained although the output of its progress fails', async () => {
    const lamps = new Lamps('lamp', REGION, ids(3));
    const { contain, progress } = setUp([lamps.kind]);
    progress.push = () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    expect(await contain()).toMatchObject({ passes: 3, quiet: true, gaps: [] });
    expect(lamps.lit).toEqual([]);
  });

  it('with nothing in it needs two passes', async () => {
    const { contain } = setUp([new Lamps('lamp', REGION, []).kind]);
    expect(await contain()).toMatchObject({ passes: 2, quiet: true, outcomes: [] });
  });

  it('gets another pass for everything that comes back or is new', async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    const { contain, clock } = setUp([lamps.kind]);
    clock.sleep(2_000).then(
      () => lamps.burning.set('lamp-0', true),
      () => {},
    );
    clock.sleep(7_000).then(
      () => lamps.burning.set('launched-since', true),
      () => {},
    );
    const report = await contain();
    expect(lamps.lit).toEqual([]);
    expect(lamps.switched.filter((id) => id === 'lamp-0')).toHaveLength(2);
    expect(report).toMatchObject({ passes: 5, quiet: true });
  });

  it('whose launcher never stops is contained until the deadline, and is not quiet', async () => {
    const lamps = new Lamps('lamp', REGION, ids(1));
    const { contain, clock, deadline } = setUp([lamps.kind]);
    let launched = 0;
    lamps.beforePage = () => void lamps.burning.set(`launched-${launched++}`, true);
    clock.sleep(60_000).then(
      () => deadline.abort(),
      () => {},
    );
    const report = await contain();
    expect(report.quiet).toBe(false);
    expect(report.passes).toBeGreaterThanOrEqual(12);
    expect(lamps.switched.length).toBeGreaterThanOrEqual(12);
  });

  it('does not repeat for ever what fails each time', async () => {
    const lamps = new Lamps('lamp', REGION, ids(3));
    lamps.beforeSwitch = (id) => {
      if (id === 'lamp-1') throw named('UnauthorizedOperation');
    };
    const { contain } = setUp([lamps.kind]);
    const report = await contain();
    expect(report).toMatchObject({ passes: 3, quiet: true });
    expect(lamps.lit).toEqual(['lamp-1']);
    expect(report.outcomes.filter(({ status }) => status === 'failed')).toMatchObject([{ id: 'lamp-1' }]);
  });

  it('repeats what failed because of a changing state, until it works', async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    let tries = 0;
    lamps.beforeSwitch = (id) => {
      if (id === 'lamp-1' && ++tries < 6) throw named('IncorrectInstanceState', { transient: true });
    };
    const { contain } = setUp([lamps.kind]);
    const report = await contain();
    expect(report.quiet).toBe(true);
    expect(report.outcomes.every(({ status }) => status === 'done')).toBe(true);
  });

  it('reports a resource that failed and then vanished as gone', async () => {
    for (const transient of [true, false]) {
      const lamps = new Lamps('lamp', REGION, ids(2));
      lamps.beforeSwitch = (id) => {
        if (id !== 'lamp-1') return;
        lamps.burning.delete(id);
        throw named('IncorrectInstanceState', { transient });
      };
      const { contain } = setUp([lamps.kind]);
      expect((await contain()).outcomes).toMatchObject([
        { id: 'lamp-0', status: 'done' },
        { id: 'lamp-1', status: 'gone' },
      ]);
    }
  });

  it('reports a call without an answer as done when the lamp is out', async () => {
    const lamps = new Lamps('lamp', REGION, ids(1));
    lamps.beforeSwitch = (id) => {
      lamps.burning.set(id, false);
      throw named('TimeoutError');
    };
    const { contain } = setUp([lamps.kind]);
    expect((await contain()).outcomes).toMatchObject([{ id: 'lamp-0', status: 'done' }]);
  });

  it('reports nothing as gone while there is a gap', async () => {
    const lamps = new Lamps('lamp', REGION, ids(1));
    lamps.beforeSwitch = () => {
      lamps.beforePage = () => {
        throw named('InternalError');
      };
      throw named('IncorrectInstanceState', { transient: true });
    };
    const { contain } = setUp([lamps.kind]);
    expect((await contain()).outcomes).toMatchObject([{ status: 'failed' }]);
  });
});
