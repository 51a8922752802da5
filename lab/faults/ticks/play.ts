import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { snapshotOf, unrecorded } from '../account/snapshot.ts';
import { type Disturbance, isKill, troubleOf } from '../disturbing/disturbance.ts';
import {
  type FaultCase,
  type FaultCaseResult,
  type Judged,
  KILLED,
  NOT_REACHED,
  type Situation,
} from '../disturbing/fault-case.ts';
import { judgeTick, saidBy } from './judgement.ts';
import { type DisturbedTick, looksIn, TickSetup } from './setup.ts';

const MINUTE_MS = 60_000;
/** By then what was started runs, and groups have launched their members. */
const RUNS_MS = 3 * MINUTE_MS;

/** Plays a disturbed tick, and the next ticks undisturbed. @throws Error when the simulation itself failed. */
export async function playTick(
  situation: Situation,
  { fire }: Pick<FaultCase, 'fire'>,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const setup = await TickSetup.start(situation);
  try {
    return await play(setup, situation, fire);
  } finally {
    await setup.stop();
  }
}

async function play(
  setup: TickSetup,
  situation: Situation,
  fire: Disturbance | undefined,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const tick = await setup.tick(() => fire);
  const judged = fire && judgedTick(fire, sawAttack(situation) ? tick : { ...tick, left: [] });
  const { left, last } = await setup.afterwards();
  const notClean = [...left.map((each) => `not contained in time: ${each}`), ...notCleanBy(last)];
  setup.endTicks();
  const fromLog = await setup.carryLogToJournal();
  const { incidents, records } = await setup.journal();
  const unrecordedChanges = unrecorded(setup.first, snapshotOf(setup.deployment.account), records);
  for (const incident of incidents)
    for (const failed of await setup.restore(incident)) notClean.push(`restore of ${incident}: ${failed}`);
  await setup.wait(RUNS_MS);
  const undoLost = [...unrecordedChanges, ...setup.lost().map((each) => `did not come back: ${each}`)];
  return { ...(judged ? { fire: judged } : {}), silentAfter: [], notClean, undoLost, fromLog };
}

/** Where the attack begins after the tick, what is left of it says nothing about that tick. */
const sawAttack = (situation: Situation) => situation !== 'quiet' && situation !== 'daily';

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
