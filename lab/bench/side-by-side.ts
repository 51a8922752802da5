import type { Bundle } from '../../build/bundle/bundle.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { longestChain } from '../testbed/call-chain.ts';
import { PlantedAccount } from '../testbed/planted-account.ts';
import { throttleTo } from '../testbed/rules.ts';
import { type Account, leftAliveText } from './account.ts';
import { type Contender, contenders } from './contenders.ts';
import { LockStep } from './lock-step.ts';
import { type Measurement, median, noted, type Section } from './measurement.ts';
import { criticalPathOf } from './round-trips.ts';

const CONTENTS = { instances: 100, users: 20, keysPerUser: 2 } as const;
const ADDED_MS = 100;
const AIM = 10;
const OUR_RUNS = 3;
const KILLS = /^(StopInstances|UpdateAccessKey)$/;
/** What AWS documents for EC2 (API request throttling); for IAM it documents nothing, so this is assumed. */
const BUCKETS = [
  { service: 'ec2', operation: /^Describe/, perSecond: 20, capacity: 100 },
  { service: 'ec2', operation: /^(Stop|Start|Modify)/, perSecond: 5, capacity: 50 },
  { service: 'iam', perSecond: 15, capacity: 15 },
] as const;
const PROTECTED_REGIONS = 3;

/** How one contender left an account. */
interface Kill {
  /** From the start of the process to the answer of the last call that stopped or disabled something. */
  readonly seconds: number;
  /** Calls up to then, each of which began after another had ended. */
  readonly roundTrips: number;
  readonly calls: number;
  readonly throttled: number;
  readonly exitCode: number | null;
  readonly left: string;
}

/** The same account for us and for each script that people use: first without faults, then with throttling and protection. */
export async function measureSideBySide(account: Account, cli: Bundle): Promise<Section[]> {
  return [await withoutFaults(account, cli), await underThrottling(account, cli)];
}

async function withoutFaults(account: Account, cli: Bundle): Promise<Section> {
  const { ours, peers } = contenders(account, cli);
  const runs: Kill[] = [];
  for (let i = 0; i < OUR_RUNS; i++)
    runs.push(thorough(await kill(account, ours, plantUnprotected), ours.name));
  const ourSeconds = median(runs.map(({ seconds }) => seconds));
  const ourRoundTrips = await roundTripsInStep(account, ours);
  const measurements: Measurement[] = [
    noted(ours.name, ourSeconds, `${ourSeconds.toFixed(2)} s; ${ourRoundTrips} round trips in a row`),
  ];
  for (const contender of peers) {
    if (contender.missing) {
      measurements.push(noted(contender.name, Number.NaN, `skipped: ${contender.missing}`));
      continue;
    }
    const { seconds, roundTrips, left } = await kill(account, contender, plantUnprotected);
    const ratio = seconds / ourSeconds;
    const hasAim = contender.name.startsWith('boto3');
    measurements.push({
      what: contender.name,
      target: hasAim ? `≥ ${AIM} × ours` : '',
      measured: `${seconds.toFixed(2)} s, ${ratio.toFixed(1)} × ours; ${roundTrips} in a row, ${(roundTrips / ourRoundTrips).toFixed(0)} × ours; left alive: ${left}`,
      value: ratio,
      hard: false,
      ...(hasAim ? { met: ratio >= AIM } : {}),
    });
  }
  return {
    title: 'Killing time, side by side',
    method: [
      `Account: ${CONTENTS.instances} instances over ${DEFAULT_REGIONS.length} regions, ${CONTENTS.users} users with ${CONTENTS.keysPerUser} keys each, planted anew for each; the same moto through the same proxy, ${ADDED_MS} ms added to each call, nothing throttled, nothing protected.`,
      `From the start of the process until the last instance is stopping and the last key Inactive. Ours is the median of ${OUR_RUNS}. It denies each user too; the peers do not. Their scripts: lab/bench/peers/.`,
      'We send all calls at once. moto, on one core, answers them one after the other, which is most of our time here; the peers wait for the network. The round trips in a row are the time that would remain if the server took none.',
    ],
    measurements,
  };
}

async function underThrottling(account: Account, cli: Bundle): Promise<Section> {
  const { ours, peers } = contenders(account, cli);
  const measurements: Measurement[] = [];
  for (const contender of [ours, ...peers]) {
    if (contender.missing) {
      measurements.push(noted(contender.name, Number.NaN, `skipped: ${contender.missing}`));
      continue;
    }
    const { seconds, calls, throttled, exitCode, left } = await kill(account, contender, plantProtected);
    measurements.push({
      ...noted(
        contender.name,
        seconds,
        `left alive: ${left}; last kill after ${seconds.toFixed(1)} s, ${calls} calls, ${throttled} throttled, exit code ${exitCode}`,
      ),
      ...(contender === ours ? { target: 'nothing left', met: left === 'nothing', hard: true } : {}),
    });
  }
  return {
    title: 'What is left alive, under throttling and protection',
    method: [
      `Account: as above, and one machine in each of ${PROTECTED_REGIONS} regions has stop protection. The proxy throttles as EC2 documents it (Describe* 100 calls, then 20 a second; Stop, Start and Modify 50, then 5 a second; for each region), and IAM to 15 calls, then 15 a second: AWS publishes no figure for IAM, this one is assumed.`,
      'Left alive as boto3 reads it from moto when the process has ended. Calls are all that the process sent, our verification included.',
    ],
    measurements,
  };
}

const plantUnprotected = async (account: Account): Promise<void> => void (await account.plant(CONTENTS));

async function plantProtected(account: Account): Promise<void> {
  await account.plant(CONTENTS);
  const planted = new PlantedAccount(account.moto.url);
  for (const region of DEFAULT_REGIONS.slice(0, PROTECTED_REGIONS))
    await planted.protect(region, (await planted.running(region)).slice(0, 1), 'DisableApiStop');
  planted.close();
  account.proxy.rules.add(...BUCKETS.map((bucket) => throttleTo(bucket)));
}

async function kill(
  account: Account,
  contender: Contender,
  plant: (account: Account) => Promise<void>,
): Promise<Kill> {
  await plant(account);
  const { proxy } = account;
  proxy.delayMs = ADDED_MS;
  const { startedAt, exitCode } = await contender.run();
  const [last] = proxy.calls
    .filter(({ operation, status }) => KILLS.test(operation) && status === 200)
    .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  if (last?.endedAt === undefined) throw new Error(`${contender.name} stopped nothing`);
  return {
    seconds: (last.endedAt - startedAt) / 1000,
    roundTrips: longestChain(proxy.calls, last),
    calls: proxy.calls.length,
    throttled: proxy.calls.filter(({ fault }) => fault === 'throttle').length,
    exitCode,
    left: leftAliveText(await account.leftAlive()),
  };
}

/** @throws Error when something was left: then the time means nothing. */
function thorough(killed: Kill, name: string): Kill {
  if (killed.exitCode === 0 && killed.left === 'nothing') return killed;
  throw new Error(`${name} left ${killed.left} and ended with exit code ${killed.exitCode}`);
}

/** Our calls run in parallel: only a run in step tells which call waited for which. */
async function roundTripsInStep(account: Account, ours: Contender): Promise<number> {
  await plantUnprotected(account);
  const steps = new LockStep(account.proxy);
  try {
    await ours.run();
    await account.expectContained(ours.name);
    return criticalPathOf(account.proxy.calls, steps, DEFAULT_REGIONS).lastKey;
  } finally {
    steps.stop();
  }
}
