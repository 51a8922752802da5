import { describe, expect, test } from 'vitest';
import { membershipOf, readMark } from '../../lambda/shell/journal/incident.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import { FolderStore } from '../../lambda/shell/journal/store.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { IdleClock } from '../idle-time/idle-clock.ts';

test('of two runs at once, the one that began first but looked last joins the other', () => {
  const now = Date.now();
  const openedAt = new Date(now + 40).toISOString();
  const mark = { schemaVersion: 1 as const, incident: 'ks-b', openedAt, triggers: [] };
  expect(membershipOf(mark, 'ks-a', now)).toEqual({ incident: 'ks-b', openedAt: now + 40, joined: true });
});

describe('an incident whose run is interrupted', () => {
  /** A folder in which the mark is never written: the run ends before. */
  class StopsBeforeTheMark extends FolderStore {
    override put(...[key, ...rest]: Parameters<FolderStore['put']>): Promise<boolean> {
      return key === 'current.json' ? new Promise(() => {}) : super.put(key, ...rest);
    }
  }

  test('is found by the next run as soon as the first change may be made', async () => {
    const folder = temporaryFolder('killswitch-journal-');
    const clock = new IdleClock(); // the journal has 2 s: the disk may take longer
    const openedAt = Date.now();
    const own = { incident: 'ks-first', openedAt, joined: false };
    const journal = new Journal(
      new StopsBeforeTheMark(folder.path),
      'ks-first',
      'message-1',
      own,
      undefined,
      clock,
      () => {},
    );
    const stop = { kind: 'ec2-instance', scope: 'us-east-1', id: 'i-1', verb: 'stop', before: {} } as const;
    await journal.intend('us-east-1', [stop]);
    const { mark } = await readMark(new FolderStore(folder.path));
    expect(membershipOf(mark, 'ks-second', Date.now())).toEqual({ ...own, joined: true });
    clock.stop();
    folder.remove();
  });
});
