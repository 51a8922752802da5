import { leftovers, snapshotOf, unrecorded } from '../account/snapshot.ts';
import { type Disturbance, isDeath, troubleOf } from '../disturbing/disturbance.ts';
import { playTick } from '../ticks/play.ts';
import type { SceneName } from '../ticks/situations.ts';
import type { Mode } from './account.ts';
import { type Judged, judgeFiring, judgeRestore, KILLED, mentions, NOT_REACHED } from './judgement.ts';
import { type Firing, Ground } from './setup.ts';

/** What goes wrong in one world: with the run that the alarm starts, with the restore after it, or both. */
export interface Trial {
  readonly mode: Mode;
  /** Where it is not the alarm's run but a tick that is disturbed: what that finds. */
  readonly scene?: SceneName;
  readonly fire?: Disturbance;
  readonly restore?: Disturbance;
}

export interface TrialResult {
  /** How the disturbed run ended. */
  readonly fire?: Judged;
  readonly restore?: Judged;
  /** What the next run, with nothing in its way, left and called clean. */
  readonly silentAfter: readonly string[];
  /** Why that run was not clean, by its own word, or why the last restore was not. */
  readonly notClean: readonly string[];
  /** What was changed and is not recorded, or did not come back. */
  readonly undoLost: readonly string[];
  /** Records that only the function's log held. */
  readonly fromLog: number;
  readonly seconds: number;
}

const MINUTE_MS = 60_000;
/** Until what was stopped has stopped. */
const STOPPED_MS = 2 * MINUTE_MS;
/** Until what was started runs, and groups have launched. */
const RUNS_MS = 3 * MINUTE_MS;

/** Plays a trial in an account of its own. @throws Error when the simulation itself failed. */
export async function play(trial: Trial, cli: string): Promise<TrialResult> {
  const startedAt = performance.now();
  if (trial.scene)
    return { ...(await playTick(trial.scene, trial)), seconds: (performance.now() - startedAt) / 1000 };
  const ground = await Ground.start(trial.mode, cli);
  try {
    return { ...(await story(ground, trial)), seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await ground.stop();
  }
}

async function story(ground: Ground, { mode, fire, restore }: Trial): Promise<Omit<TrialResult, 'seconds'>> {
  const { account } = ground.stage;
  const first = await ground.alarm(fire);
  const judgedFire = fire && judgedFiring(fire, first, leftovers(account, mode));
  // After a run that nothing disturbed there is nothing that another would have to make good.
  const next = fire ? await ground.again(first) : first;
  const fromLog = await ground.carryLogToJournal(first);
  await ground.wait(STOPPED_MS);

  const left = leftovers(account, mode);
  const notClean = notCleanBy(next);
  const silentAfter = notClean.length === 0 ? left : [];
  const { incidents, records } = await ground.journal();
  const untold = unrecorded(ground.before, snapshotOf(account), records);
  const judgedRestore = restore && (await disturbedRestore(ground, incidents, restore));
  for (const incident of incidents) {
    const { exitCode, stderr } = await ground.restore(incident);
    if (exitCode !== 0) notClean.push(`restore of ${incident} ended with ${exitCode}: ${stderr}`);
  }
  await ground.wait(RUNS_MS);
  const lost = (await ground.lost()).map((each) => `did not come back: ${each}`);
  return {
    ...(judgedFire ? { fire: judgedFire } : {}),
    ...(judgedRestore ? { restore: judgedRestore } : {}),
    silentAfter,
    notClean,
    undoLost: [...untold, ...lost],
    fromLog,
  };
}

function judgedFiring(disturbance: Disturbance, firing: Firing, left: readonly string[]): Judged {
  if (!firing.disturbed) return NOT_REACHED;
  if (!isDeath(disturbance))
    return judgeFiring(disturbance.operation, troubleOf(disturbance.trouble), firing, left);
  return firing.attempt.error?.errorType === 'Runtime.ExitError' ? KILLED : NOT_REACHED;
}

/** The newest incident under the disturbance; it is judged when what it started has come up. */
async function disturbedRestore(ground: Ground, [incident]: readonly string[], disturbance: Disturbance) {
  if (incident === undefined) return NOT_REACHED;
  const ending = await ground.restore(incident, disturbance);
  if (!ending.disturbed) return NOT_REACHED;
  if (isDeath(disturbance)) return ending.exitCode === null ? KILLED : NOT_REACHED;
  await ground.wait(RUNS_MS);
  return judgeRestore(troubleOf(disturbance.trouble), ending, await ground.lost());
}

function notCleanBy({ attempt: { error }, report }: Firing): string[] {
  if (error) return [`the next run failed: ${error.errorType} ${error.errorMessage}`];
  if (!report) return ['the next run ended without a report'];
  return report.clean ? [] : ['the next run was not clean', ...mentions(report)];
}
