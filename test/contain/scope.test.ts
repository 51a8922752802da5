import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../lambda/contain/catalog.ts';
import type { Clearance } from '../../lambda/contain/clearance.ts';
import { containScope, type Progress } from '../../lambda/contain/scope.ts';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import { InputError } from '../../lambda/core/settings.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { membershipOf } from '../../lambda/shell/journal/incident.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import { Lamps, named } from '../shell/in-memory-kind.ts';
import { MemoryStore } from '../shell/memory-store.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

const REGION = 'us-east-1';

function setUp(
  kinds: readonly Kind[],
  {
    act = true,
    policy = DEFAULT_POLICY,
    credentialsChange,
    openedAgo,
  }: {
    act?: boolean;
    policy?: Policy;
    credentialsChange?: (clock: VirtualClock) => Promise<number | undefined>;
    /** Milliseconds since another run opened the incident. */
    openedAgo?: number;
  } = {},
) {
  const clock = new VirtualClock();
  const credentials = credentialsChange === undefined ? {} : { credentials: credentialsChange(clock) };
  const deadline = new AbortController();
  setMaxListeners(0, deadline.signal);
  const store = new MemoryStore();
  const openedAt = new Date(clock.now() - (openedAgo ?? 0)).toISOString();
  const others = { schemaVersion: 1 as const, incident: 'ks-0', openedAt, triggers: [] };
  const membership = membershipOf(openedAgo === undefined ? undefined : others, 'ks-1', clock.now());
  const journal = new Journal(store, 'ks-1', 'm-1', membership, undefined, clock, () => {});
  const ready: Clearance = {
    act,
    caller: { exemptKeys: new Set(), unknown: false },
    incidentOpenedAt: membership.openedAt,
    journal,
    standsBy: openedAgo !== undefined,
    holds: false,
    recall: async () => [],
  };
  const progress: Progress[] = [];
  const since = clock.now();
  const contain = (clearance: Promise<Clearance> = Promise.resolve(ready)) =>
    clock.run(
      containScope({
        scope: REGION,
        kinds,
        catalog: new Catalog(kinds),
        self: [],
        policy,
        clients: new Clients(clock, deadline.signal),
        clock,
        verifyAfterMs: 5_000,
        clearance,
        ...credentials,
        onProgress: (step) => progress.push(step),
        onFirstDone: () => {},
      }),
    );
  return { clock, deadline, store, progress, contain, ready, seconds: () => (clock.now() - since) / 1000 };
}
const byName = (a: string, b: string) => (a < b ? -1 : 1);
const ids = (count: number, prefix = 'lamp') => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

describe('a scope', () => {
  it('is contained when two passes in a row, 5 s apart, find nothing new', async () => {
    const lamps = new Lamps('lamp', REGION, ids(25));
    const { contain, seconds, progress } = setUp([lamps.kind]);
    const report = await contain();
    expect(lamps.lit).toEqual([]);
    expect(report).toMatchObject({ passes: 3, quiet: true, gaps: [] });
    expect(report.outcomes).toHaveLength(25);
    expect(seconds()).toBe(10);
    expect(progress.map(({ found, ended }) => [found, ended])).toEqual([
      [25, false],
      [0, false],
      [0, true],
    ]);
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

describe('a kind that breaks', () => {
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
    const { contain, seconds } = setUp([lamps.kind, other.kind]);
    const report = await contain();
    expect(report.gaps).toMatchObject([{ kind: 'lamp', scope: REGION, code: 'UnauthorizedOperation' }]);
    expect(other.lit).toEqual([]);
    expect(seconds()).toBe(10);
    const accepted = setUp([lamps.kind], { policy: { ...DEFAULT_POLICY, acceptDenied: new Set([REGION]) } });
    expect((await accepted.contain()).gaps).toMatchObject([{ accepted: true }]);
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

describe('an order among actions', () => {
  const launcherAndMembers = () => {
    const launcher = new Lamps('launcher', REGION, ['group'], 'suspend');
    const members = new Lamps('member', REGION, ids(3, 'member'));
    members.after = { kind: 'launcher', atMostMs: 5_000 };
    return { launcher, members };
  };

  it('lets members wait for their launcher', async () => {
    const { launcher, members } = launcherAndMembers();
    const { contain, clock, seconds } = setUp([launcher.kind, members.kind]);
    const stoppedAt: number[] = [];
    launcher.beforeSwitch = () => clock.sleep(1_500);
    members.beforeSwitch = () => void stoppedAt.push(seconds());
    await contain();
    expect(stoppedAt).toEqual([1.5, 1.5, 1.5]);
  });

  it('but not longer than 5 s, whether discovery or the action hangs', async () => {
    for (const hangs of ['beforeSwitch', 'beforePage'] as const) {
      const { launcher, members } = launcherAndMembers();
      const { contain, clock, seconds } = setUp([launcher.kind, members.kind]);
      const stoppedAt: number[] = [];
      launcher[hangs] = () => clock.sleep(60_000);
      members.beforeSwitch = () => void stoppedAt.push(seconds());
      await contain();
      expect(stoppedAt).toEqual([5, 5, 5]);
      expect(launcher.lit).toEqual([]);
    }
  });

  it('and does not make other kinds wait', async () => {
    const { launcher, members } = launcherAndMembers();
    const free = new Lamps('free', REGION, ids(2, 'free'));
    const { contain, clock, seconds } = setUp([launcher.kind, members.kind, free.kind]);
    launcher.beforeSwitch = () => clock.sleep(60_000);
    free.beforeSwitch = () => expect(seconds()).toBe(0);
    await contain();
    expect(free.lit).toEqual([]);
  });

  it('makes the last key wait for its deny without a limit, and go on when the deny fails', async () => {
    for (const fails of [false, true]) {
      const users = new Lamps('user', REGION, ['bob'], 'deny');
      const keys = new Lamps('key', REGION, ['AKIA1'], 'disable');
      keys.after = { kind: 'user', id: 'bob' };
      const { contain, clock, seconds } = setUp([users.kind, keys.kind]);
      const disabledAt: number[] = [];
      users.beforeSwitch = async () => {
        await clock.sleep(100_000);
        if (fails) throw named('LimitExceeded');
      };
      keys.beforeSwitch = () => void disabledAt.push(seconds());
      await contain();
      expect(disabledAt).toEqual([100]);
    }
  });
});

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
