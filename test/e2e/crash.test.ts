import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lambda/shell/clock.ts';
import { membershipOf, readMark } from '../../lambda/shell/incident.ts';
import { Journal } from '../../lambda/shell/journal.ts';
import { FolderStore } from '../../lambda/shell/store.ts';
import { type Moto, startMoto } from '../../testbed/moto.ts';
import { temporaryFolder } from '../../testbed/temporary-folder.ts';
import { CrashGround, killText, paired } from './crash-trial.ts';
import { bundleEngineProcess, type Moment } from './killable-engine.ts';

/** Every so many moments one is tried here; bench/systematic-crash.ts tries them all. */
const EVERY = 7;
const LANES = 2;

let moto: Moto;
let engine: Awaited<ReturnType<typeof bundleEngineProcess>>;
let grounds: CrashGround[];

beforeAll(async () => {
  [moto, engine] = await Promise.all([startMoto(), bundleEngineProcess()]);
  grounds = await Promise.all(
    Array.from({ length: LANES }, (_, lane) => CrashGround.start(moto, engine.file, `11111111111${lane}`)),
  );
});
afterAll(async () => {
  for (const ground of grounds) await ground.stop();
  await moto.stop();
  engine.remove();
});

describe.each(['stop', 'terminate'] as const)('killed in mode %s, and run again', (mode) => {
  test('it converges, the journal lists every change, and restore puts it back', async () => {
    const [first] = grounds;
    const { fire, restore } = (await first?.moments(mode)) ?? { fire: [], restore: [] };
    expect(fire.length).toBeGreaterThan(40);
    const trials = paired(sample(fire), sample(restore)).values();
    const failures: string[] = [];
    await Promise.all(
      grounds.map(async (ground) => {
        for (const kill of trials) {
          const { converged, silent, undoLost, problems } = await ground.trial(mode, kill);
          if (!converged || silent || undoLost.length > 0)
            failures.push(`${killText(kill)}: ${[...problems, ...undoLost].join('; ')}`);
        }
      }),
    );
    expect(failures).toEqual([]);
  });
});

/** The same in each run, and in every run the moments around the changes that matter most. */
function sample(moments: readonly Moment[]): Moment[] {
  return moments.filter(
    ({ operation, phase }, at) =>
      at % EVERY === 0 || (phase === 'after' && /^(StopInstances|ModifyInstanceAttribute)$/.test(operation)),
  );
}

test('of two runs at once, the one that began first and looked last joins the other', () => {
  const now = Date.now();
  const openedAt = new Date(now + 40).toISOString();
  const mark = { schemaVersion: 1 as const, incident: 'ks-b', openedAt, triggers: [] };
  expect(membershipOf(mark, 'ks-a', now)).toEqual({ incident: 'ks-b', openedAt: now + 40, joined: true });
});

describe('an incident whose run dies early', () => {
  /** A folder in which the mark of the current incident is never written: the run died before. */
  class DiesBeforeTheMark extends FolderStore {
    override put(...[key, ...rest]: Parameters<FolderStore['put']>): Promise<boolean> {
      return key === 'current.json' ? new Promise(() => {}) : super.put(key, ...rest);
    }
  }

  test('is found by the next run, from the moment on at which the first change may happen', async () => {
    const folder = temporaryFolder('killswitch-journal-');
    const openedAt = Date.now();
    const own = { incident: 'ks-first', openedAt, joined: false };
    const journal = new Journal(
      new DiesBeforeTheMark(folder.path),
      'ks-first',
      'message-1',
      own,
      undefined,
      systemClock,
      () => {},
    );
    const stop = { kind: 'ec2-instance', scope: 'us-east-1', id: 'i-1', verb: 'stop', before: {} } as const;
    await journal.intend('us-east-1', [stop]);
    const { mark } = await readMark(new FolderStore(folder.path));
    expect(membershipOf(mark, 'ks-second', Date.now())).toEqual({ ...own, joined: true });
    folder.remove();
  });
});
