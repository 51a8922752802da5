import type { SettingsInput } from '../../lambda/core/settings.ts';
import {
  freshMemory,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
} from '../../lambda/core/tripwire/memory.ts';
import { usdPerHour } from '../../simulated-aws/core/prices.ts';
import { fromUsEast1, type LatencyModel } from '../../simulated-aws/wire/latency.ts';
import { deployInProcess, type InProcessDeployment } from '../simulation/deployment.ts';
import { synthesized } from '../simulation/synthesis.ts';
import { type Recorded, Recording } from './recording.ts';
import { type StandingParts, standingPartsOf } from './standing-parts.ts';

/** The owner's keys are old: a key of the last day is not spared by its user's name. */
const KEYS_AGE_MS = 90 * 24 * 3_600_000;

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const STARTS_AT = Date.UTC(2026, 0, 1);
/** A calm month begins after the first alarm states and the first tick. */
const STARTED_UP_MS = HOUR_MS;
const MEMORY_HOURS = 14 * 24;
const ACCOUNT_ID = '111122223333';
const HOME = 'us-east-1';

/** Defaults, for one web server and its owner. */
const SETTINGS: SettingsInput = {
  email: 'owner@example.com',
  monthlyBudgetUsd: 50,
  allow: { users: ['owner'] },
};

/** Twenty GPU machines far from home: they would spend the budget within hours. */
const MINERS = { region: 'eu-north-1', type: 'g4dn.xlarge', count: 20, launchedBy: 'intruder' };

/** Each service takes 300 ms for a call instead of 50, without the distance. */
export const SLOW_SERVICES: LatencyModel = (region, service) => fromUsEast1(region, service) + 250;

/** What the stack of a hobby account consists of, by its synthesized template. */
export const standingParts = async (): Promise<StandingParts> =>
  standingPartsOf(await synthesized(SETTINGS, ACCOUNT_ID));

/** A calm time of so many ms: a web server runs, nobody does anything, the schedule ticks. */
export function playCalm(ms: number, latency: LatencyModel = fromUsEast1): Promise<Recorded> {
  return play(latency, async (deployment) => {
    const recording = new Recording(deployment);
    await deployment.conductor.runTo(deployment.account.timeline.now() + ms);
    return recording.stop();
  });
}

export interface OpenIncident {
  /** The first hour: machines are found and stopped, and the owner is told. */
  readonly opening: Recorded;
  /** The rest: a look a minute, with nothing more to do. */
  readonly held: Recorded;
}

/** An intruder's machines are launched, and the incident stays open for so many ms, an hour and more. */
export function playIncident(ms: number): Promise<OpenIncident> {
  return play(fromUsEast1, async (deployment) => {
    const { ec2, timeline } = deployment.account;
    const end = timeline.now() + ms;
    const beginning = new Recording(deployment);
    ec2.launch(MINERS.region, MINERS);
    await deployment.conductor.runTo(timeline.now() + HOUR_MS);
    const opening = beginning.stop();
    const rest = new Recording(deployment);
    await deployment.conductor.runTo(end);
    const held = rest.stop();
    const alive = [...ec2.instances()].filter(
      ({ launchedBy, state }) => launchedBy === MINERS.launchedBy && state !== 'stopped',
    );
    if (alive.length > 0) throw new Error(`${alive.length} machines of the intruder were not stopped`);
    return { opening, held };
  });
}

/** An account whose kill switch has run for two weeks, so that its memory is as large as it gets. */
async function play<T>(
  latency: LatencyModel,
  part: (deployment: InProcessDeployment) => Promise<T>,
): Promise<T> {
  const deployment = await deployInProcess({
    settings: SETTINGS,
    account: { startsAt: STARTS_AT, accountId: ACCOUNT_ID },
    endpoint: { latency, keepCalls: 0 },
    prepare: ({ ec2, iam, timeline }) => {
      ec2.launch(HOME, { type: 't3.small', count: 1, launchedBy: 'owner' });
      for (const name of ['owner', 'intruder']) {
        iam.createUser(name);
        iam.createAccessKey(name, timeline.now() - KEYS_AGE_MS);
      }
    },
  });
  try {
    const { account, outputs, conductor } = deployment;
    account.s3.put(outputs.JournalBucketName, MEMORY_KEY, Buffer.from(memoryDocument(memoryOfTwoWeeks())));
    await conductor.runTo(STARTS_AT + STARTED_UP_MS);
    return await part(deployment);
  } finally {
    await deployment.stop();
  }
}

function memoryOfTwoWeeks(): TripwireMemory {
  const since = STARTS_AT - MEMORY_HOURS * HOUR_MS;
  const rates = { [HOME]: usdPerHour('t3.small', HOME, 'on-demand') };
  return {
    ...freshMemory(since),
    samples: Array.from({ length: MEMORY_HOURS }, (_, hour) => ({ at: since + hour * HOUR_MS, rates })),
    // The daily self-check is due at three in the morning.
    checkedAt: STARTS_AT - DAY_MS + 3 * HOUR_MS,
    allWellAt: STARTS_AT - DAY_MS,
  };
}
