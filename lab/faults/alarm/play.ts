import { leftovers, snapshotOf, unrecorded } from '../account/snapshot.ts';
import { type Disturbance, isKill, troubleOf } from '../disturbing/disturbance.ts';
import { playTick } from '../ticks/play.ts';
import type { Situation } from '../ticks/situations.ts';
import type { Mode } from './account.ts';
import { type Judged, judgeFiring, judgeRestore, KILLED, mentions, NOT_REACHED } from './judgement.ts';
import { AlarmSetup, type Firing } from './setup.ts';

/** What goes wrong in one world: with the run that the alarm starts, with the restore after it, or both. */
export interface FaultCase {
  readonly mode: Mode;
  /** Where it is not the alarm's run but a tick that is disturbed: what that finds. */
  readonly scene?: Situation;
  readonly fire?: Disturbance;
  readonly restore?: Disturbance;
}

export interface FaultCaseResult {
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
export async function play(trial: FaultCase, cli: string): Promise<FaultCaseResult> {
  const startedAt = performance.now();
  if (trial.scene)
    return { ...(await playTick(trial.scene, trial)), seconds: (performance.now() - startedAt) / 1000 };
  const setup = await AlarmSetup.start(trial.mode, cli);
  try {
    return { ...(await story(setup, trial)), seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await setup.stop();
  }
}

async function story(
  setup: AlarmSetup,
  { mode, fire, restore }: FaultCase,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const { account } = setup.deployment;
  const first = await setup.alarm(fire);
  const judgedFire = fire && judgedFiring(fire, first, leftovers(account, mode));
  // After a run that nothing disturbed there is nothing that another would have to make good.
  const next = fire ? await setup.again(first) : first;
  const fromLog = await setup.carryLogToJournal(first);
  await setup.wait(STOPPED_MS);

  const left = leftovers(account, mode);
  const notClean = notCleanBy(next);
  const silentAfter = notClean.length === 0 ? left : [];
  const { incidents, records } = await setup.journal();
  const untold = unrecorded(setup.before, snapshotOf(account), records);
  const judgedRestore = restore && (await disturbedRestore(setup, incidents, restore));
  for (const incident of incidents) {
    const { exitCode, stderr } = await setup.restore(incident);
    if (exitCode !== 0) notClean.push(`restore of ${incident} ended with ${exitCode}: ${stderr}`);
  }
  await setup.wait(RUNS_MS);
  const lost = (await setup.lost()).map((each) => `did not come back: ${each}`);
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
  if (!isKill(disturbance))
    return judgeFiring(disturbance.operation, troubleOf(disturbance.trouble), firing, left);
  return firing.attempt.error?.errorType === 'Runtime.ExitError' ? KILLED : NOT_REACHED;
}

/** The newest incident under the disturbance; it is judged when what it started has come up. */
async function disturbedRestore(setup: AlarmSetup, [incident]: readonly string[], disturbance: Disturbance) {
  if (incident === undefined) return NOT_REACHED;
  const ending = await setup.restore(incident, disturbance);
  if (!ending.disturbed) return NOT_REACHED;
  if (isKill(disturbance)) return ending.exitCode === null ? KILLED : NOT_REACHED;
  await setup.wait(RUNS_MS);
  return judgeRestore(troubleOf(disturbance.trouble), ending, await setup.lost());
}

function notCleanBy({ attempt: { error }, report }: Firing): string[] {
  if (error) return [`the next run failed: ${error.errorType} ${error.errorMessage}`];
  if (!report) return ['the next run ended without a report'];
  return report.clean ? [] : ['the next run was not clean', ...mentions(report)];
}
