import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { snapshotOf, unrecorded } from '../account/snapshot.ts';
import { type Judged, KILLED, NOT_REACHED } from '../alarm/judgement.ts';
import type { FaultCase, FaultCaseResult } from '../alarm/play.ts';
import { type Disturbance, isKill, troubleOf } from '../disturbing/disturbance.ts';
import { judgeTick, saidBy } from './judgement.ts';
import { type DisturbedTick, looksIn, TickSetup } from './setup.ts';
import type { Situation } from './situations.ts';

const MINUTE_MS = 60_000;
/** Until what was started runs, and groups have launched. */
const RUNS_MS = 3 * MINUTE_MS;

/** Plays a tick that is disturbed, and the next ones that are not. @throws Error when the simulation itself failed. */
export async function playTick(
  scene: Situation,
  { fire }: Pick<FaultCase, 'fire'>,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const setup = await TickSetup.start(scene);
  try {
    return await story(setup, scene, fire);
  } finally {
    await setup.stop();
  }
}

async function story(
  setup: TickSetup,
  scene: Situation,
  fire: Disturbance | undefined,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const tick = await setup.tick(() => fire);
  const judged = fire && judgedTick(fire, isSeen(scene) ? tick : { ...tick, left: [] });
  const { left, last } = await setup.afterwards();
  const notClean = [...left.map((each) => `not contained in time: ${each}`), ...notCleanBy(last)];
  setup.endTicks();
  const fromLog = await setup.carryLogToJournal();
  const { incidents, records } = await setup.journal();
  const untold = unrecorded(setup.first, snapshotOf(setup.deployment.account), records);
  for (const incident of incidents)
    for (const failed of await setup.restore(incident)) notClean.push(`restore of ${incident}: ${failed}`);
  await setup.wait(RUNS_MS);
  const undoLost = [...untold, ...setup.lost().map((each) => `did not come back: ${each}`)];
  return { ...(judged ? { fire: judged } : {}), silentAfter: [], notClean, undoLost, fromLog };
}

/** Where the attack comes after the tick, what is left of it says nothing of that tick. */
const isSeen = (scene: Situation) => scene !== 'quiet' && scene !== 'daily';

function judgedTick(disturbance: Disturbance, tick: DisturbedTick): Judged {
  if (!tick.disturbed) return NOT_REACHED;
  if (!isKill(disturbance)) return judgeTick(disturbance.operation, troubleOf(disturbance.trouble), tick);
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
