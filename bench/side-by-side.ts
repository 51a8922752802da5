import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bundle } from '../build/bundle.ts';
import { DEFAULT_REGIONS } from '../lambda/core/regions.ts';
import { longestChain } from '../testbed/call-chain.ts';
import type { Account } from './account.ts';
import { childEnvironment } from './child-environment.ts';
import { type ChildRun, expectSuccess, runChild } from './child-run.ts';
import { fireFromHere } from './command-line.ts';
import { LockStep } from './lock-step.ts';
import { type Measurement, median, noted, type Section } from './measurement.ts';
import { criticalPathOf } from './round-trips.ts';

const CONTENTS = { instances: 100, users: 20, keysPerUser: 2 } as const;
const ADDED_MS = 100;
const AIM = 10;
const OUR_RUNS = 3;
const KILLS = /^(StopInstances|UpdateAccessKey)$/;
const peer = (file: string): string => fileURLToPath(new URL(`peers/${file}`, import.meta.url));

interface Contender {
  readonly name: string;
  /** Why it cannot run here. */
  readonly missing?: string;
  run(): Promise<ChildRun>;
}

/** The same account, three times: once for us, once for each thing that people do today. */
export async function measureSideBySide(account: Account, cli: Bundle): Promise<Section> {
  const { proxy, moto } = account;
  const env = childEnvironment(proxy.url);
  const [ours, ...peers]: [Contender, ...Contender[]] = [
    { name: 'killswitch fire', run: () => fireFromHere(cli, proxy.url) },
    {
      name: 'boto3 script',
      run: () => runChild([...moto.python, peer('stop_everything.py')], { env, atMostMs: 300_000 }),
    },
    {
      name: 'awscli loop',
      ...missing('bash', 'aws'),
      run: () => runChild(['bash', peer('stop-everything.sh')], { env, atMostMs: 600_000 }),
    },
  ];
  const times: number[] = [];
  for (let i = 0; i < OUR_RUNS; i++) times.push((await kill(account, ours)).seconds);
  const ourSeconds = median(times);
  const ourRoundTrips = await roundTripsInStep(account, ours);
  const measurements: Measurement[] = [
    noted(ours.name, ourSeconds, `${ourSeconds.toFixed(2)} s; ${ourRoundTrips} round trips in a row`),
  ];
  for (const contender of peers) {
    if (contender.missing) {
      measurements.push(noted(contender.name, Number.NaN, `skipped: ${contender.missing}`));
      continue;
    }
    const { seconds, roundTrips } = await kill(account, contender);
    const ratio = seconds / ourSeconds;
    measurements.push({
      what: contender.name,
      target: contender.name.startsWith('boto3') ? `≥ ${AIM} × ours` : '',
      measured: `${seconds.toFixed(2)} s, ${ratio.toFixed(1)} × ours; ${roundTrips} in a row, ${(roundTrips / ourRoundTrips).toFixed(0)} × ours`,
      value: ratio,
      hard: false,
      ...(contender.name.startsWith('boto3') ? { met: ratio >= AIM } : {}),
    });
  }
  return {
    title: 'Killing time, side by side',
    method: [
      `World: ${CONTENTS.instances} instances over ${DEFAULT_REGIONS.length} regions, ${CONTENTS.users} users with ${CONTENTS.keysPerUser} keys each, planted anew for each; the same moto through the same proxy, ${ADDED_MS} ms added to each call.`,
      `From the start of the process until the last instance is stopping and the last key Inactive. Ours is the median of ${OUR_RUNS} and denies each user, too; the peers do not. Their scripts: bench/peers/.`,
      'All of our calls come at once, and moto, on one core, answers them one after the other: that is most of our time here, while the peers wait for the wire. The round trips in a row are what would remain if the server took no time.',
    ],
    measurements,
  };
}

interface Kill {
  /** From the start of the process to the answer of the last call that stopped or disabled something. */
  readonly seconds: number;
  /** Calls up to then, each of which began after another had ended. */
  readonly roundTrips: number;
}

async function kill(account: Account, contender: Contender): Promise<Kill> {
  await account.plant(CONTENTS);
  const { proxy } = account;
  proxy.delayMs = ADDED_MS;
  const { startedAt } = expectSuccess(await contender.run(), contender.name);
  await account.expectContained(contender.name);
  const [last] = proxy.calls
    .filter(({ operation, status }) => KILLS.test(operation) && status === 200)
    .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  if (last?.endedAt === undefined) throw new Error(`${contender.name} stopped nothing`);
  return {
    seconds: (last.endedAt - startedAt) / 1000,
    roundTrips: longestChain(proxy.calls, last),
  };
}

/** Ours run at once: only a run in step tells which of them waited for which. */
async function roundTripsInStep(account: Account, ours: Contender): Promise<number> {
  await account.plant(CONTENTS);
  const steps = new LockStep(account.proxy);
  try {
    expectSuccess(await ours.run(), ours.name);
    return criticalPathOf(account.proxy.calls, steps, DEFAULT_REGIONS).lastKey;
  } finally {
    steps.stop();
  }
}

function missing(...programs: string[]): { missing?: string } {
  const absent = programs.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status !== 0);
  return absent.length > 0 ? { missing: `${absent.join(' and ')} not on PATH` } : {};
}
