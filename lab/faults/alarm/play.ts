import { leftovers, snapshotOf, unrecorded } from '../account/snapshot.ts';
import { type Disturbance, isKill, troubleOf } from '../disturbing/disturbance.ts';
import {
  type FaultCase,
  type FaultCaseResult,
  type Judged,
  KILLED,
  NOT_REACHED,
} from '../disturbing/fault-case.ts';
import { judgeFiring, judgeRestore, mentions } from './judgement.ts';
import { AlarmSetup, type Firing } from './setup.ts';

const MINUTE_MS = 60_000;
/** By then what was told to stop has stopped. */
const STOPPED_MS = 2 * MINUTE_MS;
/** By then what was started runs, and groups have launched their members. */
const RUNS_MS = 3 * MINUTE_MS;

/** Plays the alarm's run and the restore after it in an account of its own. @throws Error when the simulation failed. */
export async function playAlarm(
  faultCase: FaultCase,
  cli: string,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const setup = await AlarmSetup.start(faultCase.mode, cli);
  try {
    return await play(setup, faultCase);
  } finally {
    await setup.stop();
  }
}

async function play(
  setup: AlarmSetup,
  { mode, fire, restore }: FaultCase,
): Promise<Omit<FaultCaseResult, 'seconds'>> {
  const { account } = setup.deployment;
  const first = await setup.alarm(fire);
  const judgedFire = fire && judgedFiring(fire, first, leftovers(account, mode));
  // After an undisturbed run another one has nothing left to do.
  const next = fire ? await setup.again(first) : first;
  const fromLog = await setup.carryLogToJournal(first);
  await setup.wait(STOPPED_MS);

  const left = leftovers(account, mode);
  const notClean = notCleanBy(next);
  const silentAfter = notClean.length === 0 ? left : [];
  const { incidents, records } = await setup.journal();
  const unrecordedChanges = unrecorded(setup.before, snapshotOf(account), records);
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
    undoLost: [...unrecordedChanges, ...lost],
    fromLog,
  };
}

function judgedFiring(disturbance: Disturbance, firing: Firing, left: readonly string[]): Judged {
  if (!firing.disturbed) return NOT_REACHED;
  if (!isKill(disturbance))
    return judgeFiring(disturbance.operation, troubleOf(disturbance.trouble), firing, left);
  return firing.attempt.error?.errorType === 'Runtime.ExitError' ? KILLED : NOT_REACHED;
}

/** Restores the newest incident under the disturbance, and judges that when what it started runs. */
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
