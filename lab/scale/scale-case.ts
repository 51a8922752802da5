import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { Attempt } from '../../simulated-aws/services/lambda/simulated-function.ts';
import { totalOf } from '../measuring/call-counts.ts';
import { deploySimulation, type SimulatedDeployment } from '../simulation/deployment.ts';
import { leastKeyMs, leastStopMs } from './bound.ts';
import { COARSEST, leastCalls, PROMPT } from './least-calls.ts';
import { leftAlive, unrecorded } from './remains.ts';
import { Tally } from './tally.ts';
import { KEYS_EACH, machinesByRegion, regionsOf, type Workload } from './workload.ts';

/** A moment of a containment beside the least time that it could have taken; virtual ms from the first call. */
export interface Timed {
  readonly ms: number;
  readonly leastMs: number;
}

/** What came of a workload. */
export interface ScaleCaseResult {
  readonly workload: Workload;
  readonly runs: number;
  readonly lastStop?: Timed;
  readonly lastKey?: Timed;
  /** Virtual ms from the first call until the function was sure that all is contained. */
  readonly cleanMs: number;
  readonly calls: number;
  /** The least in the engine's own batches, and with as much in each call as the API takes. */
  readonly leastCalls: number;
  readonly leastBulkCalls: number;
  readonly throttled: number;
  readonly refused: number;
  readonly byOperation: Readonly<Record<string, number>>;
  /** Peak resident memory of all runs. */
  readonly peakMemoryMb: number;
  /** Alive at the end, or changed without a record. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Errors of the runs that failed, without those that ran out of time. */
  readonly failures: readonly string[];
  readonly realSeconds: number;
}

/** Without the tripwire: only a run that somebody asks for is measured. */
const SETTINGS = {
  email: 'owner@example.com',
  monthlyBudgetUsd: 50,
  allow: { none: true },
  tripwire: { enabled: false },
};
/** By then all machines run, and EC2 lists them. */
const READY_MS = 60_000;
/** The function is called again after so long until all is contained, as by the schedule, which is off here. */
const TICK_MS = 5 * 60_000;
const MOST_RUNS = 100;
const MACHINES_PER_LAUNCH = 100;
const OUT_OF_TIME = /time ran out/;

/** Contains a workload with the deployed function in an account under the documented limits. */
export async function playScaleCase(workload: Workload): Promise<ScaleCaseResult> {
  const began = performance.now();
  const optedIn = regionsOf(workload).slice(17);
  const deployment = await deploySimulation({
    settings: SETTINGS,
    account: { optedIn },
    endpoint: { keepCalls: 0 },
    prepare: (account) => plant(account, workload),
  });
  try {
    const tally = new Tally();
    const { timeline } = deployment.account;
    deployment.endpoint.onCall = (call, phase) => {
      if (phase === 'after') tally.take(call, timeline.now());
    };
    await deployment.conductor.runTo(timeline.now() + READY_MS);
    const attempts = await contain(deployment);
    tally.conclude();
    deployment.refuseDefects();
    return {
      ...resultOf(workload, deployment, tally, attempts),
      realSeconds: (performance.now() - began) / 1000,
    };
  } finally {
    await deployment.stop();
  }
}

function plant({ ec2, iam }: SimulatedAccount, workload: Workload): void {
  for (const [region, count] of machinesByRegion(workload))
    for (let left = count; left > 0; left -= MACHINES_PER_LAUNCH)
      ec2.launch(region, {
        type: 'c5.large',
        count: Math.min(left, MACHINES_PER_LAUNCH),
        launchedBy: 'intruder',
        disableApiStop: workload.isProtected,
      });
  for (let at = 0; at < workload.users; at++) {
    const name = `user-${String(at).padStart(4, '0')}`;
    iam.createUser(name);
    for (let key = 0; key < KEYS_EACH; key++) iam.createAccessKey(name);
  }
}

/** Calls the function, and again at the next tick, until a run is sure that nothing is left. */
async function contain({ account, conductor, outputs }: SimulatedDeployment): Promise<Attempt[]> {
  const { functions, timeline } = account;
  const startedAt = timeline.now();
  const attempts: Attempt[] = [];
  while (attempts.length < MOST_RUNS) {
    const attempt = await conductor.runUntil(functions.invoke(outputs.FunctionName, { action: 'fire' }));
    attempts.push(attempt);
    if (!attempt.error) break;
    const ticks = Math.ceil((timeline.now() - startedAt) / TICK_MS);
    await conductor.runTo(startedAt + ticks * TICK_MS);
  }
  return attempts;
}

function resultOf(
  workload: Workload,
  { account, outputs }: SimulatedDeployment,
  tally: Tally,
  attempts: readonly Attempt[],
): Omit<ScaleCaseResult, 'realSeconds'> {
  const { startedAt = 0, lastStopAt, lastKeyAt, calls, throttled, refused } = tally;
  const runs = attempts.length;
  const since = (at: number, leastMs: number): Timed => ({ ms: at - startedAt, leastMs });
  const errors = attempts.flatMap(({ error }) =>
    error ? [`${error.errorType}: ${error.errorMessage}`] : [],
  );
  return {
    workload,
    runs,
    ...(lastStopAt === undefined ? {} : { lastStop: since(lastStopAt, leastStopMs(workload)) }),
    ...(lastKeyAt === undefined ? {} : { lastKey: since(lastKeyAt, leastKeyMs(workload)) }),
    cleanMs: (attempts.at(-1)?.endedAt ?? Number.NaN) - startedAt,
    calls,
    leastCalls: totalOf(leastCalls(workload, runs, PROMPT)),
    leastBulkCalls: totalOf(leastCalls(workload, runs, COARSEST)),
    throttled,
    refused,
    byOperation: Object.fromEntries([...tally.byOperation].sort((a, b) => b[1] - a[1])),
    peakMemoryMb: Math.max(...attempts.map(({ peakMemoryMb = 0 }) => peakMemoryMb)),
    lost: [...leftAlive(account), ...unrecorded(account, outputs.JournalBucketName, tally)],
    twice: tally.repeated,
    failures: errors.filter((each) => !OUT_OF_TIME.test(each)),
  };
}
