import { describe, expect, it } from 'vitest';
import { Lamps, named } from '../shell/in-memory-kind.ts';
import { ids, REGION, setUp } from './scope-setup.ts';

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
