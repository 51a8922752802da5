import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { Lamps, named } from '../shell/in-memory-kind.ts';
import { ids, REGION, setUp } from './scope-setup.ts';

describe('a kind that fails', () => {
  it('in the middle of discovery keeps what it found, and the next pass finds the rest', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    lamps.beforePage = (page) => {
      if (page === 3) throw named('InternalError');
    };
    const other = new Lamps('other', REGION, ids(3, 'other'));
    const { contain } = setUp([lamps.kind, other.kind]);
    const report = await contain();
    expect(lamps.lit).toHaveLength(0); // the third page of the first look is the first one of the second
    expect(other.lit).toEqual([]);
    expect(report.gaps).toEqual([]);
  });

  it('in every pass is a gap in the report, and delays no other kind', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    lamps.beforePage = () => {
      throw named('UnauthorizedOperation');
    };
    const other = new Lamps('other', REGION, ids(3, 'other'));
    const { contain, seconds, progress } = setUp([lamps.kind, other.kind]);
    const report = await contain();
    expect(report.gaps).toMatchObject([{ kind: 'lamp', scope: REGION, code: 'UnauthorizedOperation' }]);
    expect(progress.map(({ isQuiet }) => isQuiet)).toEqual([false, false, false]);
    expect(other.lit).toEqual([]);
    expect(seconds()).toBe(10);
    const accepted = setUp([lamps.kind], { policy: { ...DEFAULT_POLICY, acceptDenied: new Set([REGION]) } });
    expect((await accepted.contain()).gaps).toMatchObject([{ accepted: true }]);
  });

  it("keeps its cause when the run's end cuts off the next look", async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    let looks = 0;
    const { contain, deadline } = setUp([lamps.kind]);
    lamps.beforePage = () => {
      looks += 1;
      if (looks > 1) deadline.abort(named('TimeoutError'));
      throw looks > 1 ? deadline.signal.reason : named('ENOTFOUND');
    };
    expect(await contain()).toMatchObject({ passes: 2, gaps: [{ code: 'ENOTFOUND' }] });
  });

  it('for a moment gets two more passes: a gap that has just closed must stay closed', async () => {
    const lamps = new Lamps('lamp', REGION, []);
    let looks = 0;
    lamps.beforePage = () => {
      if (++looks <= 2) throw named('InternalError');
    };
    const { contain } = setUp([lamps.kind]);
    // Two passes with a gap end it: two passes without a gap would follow only if the gap had closed.
    expect(await contain()).toMatchObject({ passes: 2, gaps: [{ code: 'InternalError' }] });
    looks = 1;
    const again = setUp([lamps.kind]);
    expect(await again.contain()).toMatchObject({ passes: 3, gaps: [] });
  });

  it('that skips a resource does not delay the action that waits for it', async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    const lamp = { kind: 'lamp', scope: REGION };
    const kind = lamps.kindWith({
      plan: (found) =>
        found.map(({ id, facts: before }) =>
          id === 'lamp-0'
            ? { ...lamp, id, skip: 'at-rest', reason: 'it is daylight' }
            : { ...lamp, id, verb: 'stop', before, after: { kind: 'lamp', id: 'lamp-0' } },
        ),
    });
    const { contain, seconds } = setUp([kind]);
    await contain();
    expect(lamps.switched).toContain('lamp-1');
    expect(seconds()).toBeLessThan(30);
  });

  it('while planning is a gap, and delays no other kind', async () => {
    const lamps = new Lamps('lamp', REGION, ids(2));
    const kind = lamps.kindWith({
      plan: () => {
        throw new TypeError('a bug');
      },
    });
    const other = new Lamps('other', REGION, ids(3, 'other'));
    const { contain } = setUp([kind, other.kind]);
    const report = await contain();
    expect(report.gaps).toMatchObject([{ kind: 'lamp', code: 'TypeError' }]);
    expect(other.lit).toEqual([]);
  });

  it('while acting is a failed outcome for every action without an answer', async () => {
    const lamps = new Lamps('lamp', REGION, ids(3));
    const broken = lamps.kindWith({
      async *act(_context, actions) {
        const [first] = actions;
        if (first && lamps.burning.get('lamp-0')) {
          lamps.burning.set('lamp-0', false);
          yield { kind: first.kind, scope: first.scope, id: first.id, verb: first.verb, status: 'done' };
        }
        throw named('AbortError');
      },
    });
    const { contain } = setUp([broken]);
    const { outcomes } = await contain();
    expect(outcomes.map(({ status, code }) => [status, code])).toEqual([
      ['done', undefined],
      ['failed', 'AbortError'],
      ['failed', 'AbortError'],
    ]);
  });

  it('by hanging ends at the deadline with a gap', async () => {
    const lamps = new Lamps('lamp', REGION, ids(1));
    const { contain, clock, deadline, seconds } = setUp([lamps.kind]);
    lamps.beforePage = () => clock.sleep(10 ** 9, deadline.signal);
    clock.sleep(90_000).then(
      () => deadline.abort(named('TimeoutError')),
      () => {},
    );
    const report = await contain();
    expect(report.gaps).toMatchObject([{ kind: 'lamp', code: 'TimeoutError' }]);
    expect(seconds()).toBe(90);
  });
});
