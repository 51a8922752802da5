import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { snapshotOf, unrecorded } from '../account/snapshot.ts';
import { type Judged, KILLED, NOT_REACHED } from '../alarm/judgement.ts';
import type { Trial, TrialResult } from '../alarm/play.ts';
import { type Disturbance, isDeath, troubleOf } from '../disturbing/disturbance.ts';
import { judgeTick, saidBy } from './judgement.ts';
import { type DisturbedTick, looksIn, TickGround } from './setup.ts';
import type { SceneName } from './situations.ts';

const MINUTE_MS = 60_000;
/** Until what was started runs, and groups have launched. */
const RUNS_MS = 3 * MINUTE_MS;

/** Plays a tick that is disturbed, and the next ones that are not. @throws Error when the simulation itself failed. */
export async function playTick(
  scene: SceneName,
  { fire }: Pick<Trial, 'fire'>,
): Promise<Omit<TrialResult, 'seconds'>> {
  const ground = await TickGround.start(scene);
  try {
    return await story(ground, scene, fire);
  } finally {
    await ground.stop();
  }
}

async function story(
  ground: TickGround,
  scene: SceneName,
  fire: Disturbance | undefined,
): Promise<Omit<TrialResult, 'seconds'>> {
  const tick = await ground.tick(() => fire);
  const judged = fire && judgedTick(fire, isSeen(scene) ? tick : { ...tick, left: [] });
  const { left, last } = await ground.afterwards();
  const notClean = [...left.map((each) => `not contained in time: ${each}`), ...notCleanBy(last)];
  ground.endTicks();
  const fromLog = await ground.carryLogToJournal();
  const { incidents, records } = await ground.journal();
  const untold = unrecorded(ground.first, snapshotOf(ground.stage.account), records);
  for (const incident of incidents)
    for (const failed of await ground.restore(incident)) notClean.push(`restore of ${incident}: ${failed}`);
  await ground.wait(RUNS_MS);
  const undoLost = [...untold, ...ground.lost().map((each) => `did not come back: ${each}`)];
  return { ...(judged ? { fire: judged } : {}), silentAfter: [], notClean, undoLost, fromLog };
}

/** Where the attack comes after the tick, what is left of it says nothing of that tick. */
const isSeen = (scene: SceneName) => scene !== 'quiet' && scene !== 'daily';

function judgedTick(disturbance: Disturbance, tick: DisturbedTick): Judged {
  if (!tick.disturbed) return NOT_REACHED;
  if (!isDeath(disturbance)) return judgeTick(disturbance.operation, troubleOf(disturbance.trouble), tick);
  return tick.attempt.error?.errorType === 'Runtime.ExitError' ? KILLED : NOT_REACHED;
}

function notCleanBy(last: Attempt | undefined): string[] {
  const look = last && looksIn(last.log).at(-1);
  if (!last || !look) return ['no tick came after it', ...(last ? saidBy(last) : [])];
  const isUnclean = look.report !== undefined && !look.report.clean;
  return [...saidBy(last), ...(isUnclean ? ['the last look was not clean'] : [])].map(
    (text) => `the last tick: ${text}`,
  );
}
