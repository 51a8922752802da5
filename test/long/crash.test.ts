import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Moto, startMoto } from '../../testbed/moto.ts';
import { CrashGround, killText, paired } from '../e2e/crash-trial.ts';
import { bundleEngineProcess, type Moment } from '../e2e/killable-engine.ts';

/** Every so many moments one is tried here; bench/systematic-crash.ts tries them all. */
const EVERY = 25;
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
    ({ operation, phase }, at) => at % EVERY === 0 || (phase === 'after' && operation === 'StopInstances'),
  );
}
