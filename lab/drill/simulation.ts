import type { SettingsInput } from '../../lambda/core/settings.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { TimeServer } from '../../simulated-aws/time/time-server.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { serve } from '../../simulated-aws/wire/server.ts';
import { type Deed, Intruder } from '../intruder/intruder.ts';
import { deploySimulation, type SimulatedDeployment } from '../simulation/deployment.ts';
import {
  INTRUDERS_USERS,
  OPTED_IN_REGION,
  OTHERS,
  OWNER,
  OWNERS_REGION,
  OWNERS_TYPE,
  type Owner,
} from './incident.ts';
import { DONE_AFTER_MINUTES, intruderScript } from './intruder-script.ts';
import type { Access } from './read-account.ts';
import { EMAIL } from './setup.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** On the last day of a month. What the intruder spends in minutes exceeds the limit, so that Budgets mails too. */
export const SPENT_BEFORE_USD = 43.2;
/** That of a hobby account. */
export const LIMIT_USD = 50;
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Saturday morning, minutes before the attack: each look of the function is a process of its own, and takes real time. */
export const STARTS_AT = Date.UTC(2026, 0, 31, 7, 10);
/** Seconds after a look, so that the intruder relaunches machines while the function stops them. */
export const COMPROMISED_AT = Date.UTC(2026, 0, 31, 7, 20, 3);
export const PLANTED_AT = COMPROMISED_AT + DONE_AFTER_MINUTES * MINUTE_MS;
/** The first scheduled look, one every five minutes, after the attack began. */
export const SEEN_AT = Date.UTC(2026, 0, 31, 7, 25);
/** Budgets looks at 00:00, at 08:00 and at 16:00. */
export const BUDGETS_AT = Date.UTC(2026, 0, 31, 8);

/** The simulated account of the drill, and everything that happens in it. */
export interface Simulation {
  readonly deployment: SimulatedDeployment;
  readonly owner: Owner;
  /** Set it to hear what the intruder does. */
  readonly intruder: { onDeed: ((deed: Deed) => void) | undefined };
  /** For reading and for the owner's own work: its calls take no time. */
  readonly access: Access;
  /** Time for command lines. */
  readonly timeServer: TimeServer;
  /** @throws Error with what went wrong inside the simulation itself. */
  stop(): Promise<void>;
}

/** Sets up the account as it is in the morning, with the stack in it and the intruder's script set. */
export async function simulate(node: string | undefined): Promise<Simulation> {
  const options = { startsAt: STARTS_AT, seed: 1, optedIn: [OPTED_IN_REGION] };
  // The allowlist needs ids before the account exists: the same seed and the same acts give the same ids.
  const { owner } = employ(new SimulatedAccount(options));
  const intruder: Simulation['intruder'] = { onDeed: undefined };
  let credentials: Access['credentials'] | undefined;
  const deployment = await deploySimulation({
    account: options,
    settings: settingsFor(owner),
    deploy: { spendBeforeUsd: SPENT_BEFORE_USD },
    ...(node === undefined ? {} : { node }),
    prepare: (account) => {
      ({ credentials } = employ(account));
      new Intruder(account, intruderScript((COMPROMISED_AT - STARTS_AT) / HOUR_MS), (deed) =>
        intruder.onDeed?.(deed),
      );
    },
  });
  if (credentials?.accessKeyId !== owner.keyId) throw new Error('the same seed gave another account');
  const { account, conductor, server } = deployment;
  const timeServer = await TimeServer.start(account.timeline, account.random.seed + 1);
  timeServer.watch(server.url);
  conductor.join(timeServer);
  const desk = new Endpoint(account, { latency: () => 0 });
  const deskServer = await serve(desk);
  return {
    deployment,
    owner,
    intruder,
    access: { endpoint: deskServer.url, credentials },
    timeServer,
    stop: async () => {
      await deskServer.stop();
      await timeServer.stop();
      await deployment.stop();
      deployment.refuseDefects();
      desk.refuseDefects();
    },
  };
}

/** As the owner would write them. */
export const settingsFor = ({ keyId, instance }: Owner): SettingsInput => ({
  email: EMAIL,
  monthlyBudgetUsd: LIMIT_USD,
  allow: { accessKeys: [keyId], instances: [instance.id] },
});

/** Creates the owner's user and machines, and a user that everybody has forgotten. */
function employ({ iam, ec2 }: SimulatedAccount) {
  for (const name of [OWNER, INTRUDERS_USERS[0]]) {
    iam.createUser(name);
    iam.attachUserPolicy(name, ADMINISTRATOR);
  }
  const credentials = iam.createAccessKey(OWNER);
  for (let keys = 0; keys < 2; keys++) iam.createAccessKey(INTRUDERS_USERS[0]);
  const launch = { type: OWNERS_TYPE, launchedBy: OWNER };
  const [machine] = ec2.launch(OWNERS_REGION, { ...launch, count: 1 });
  const others = ec2.launch(OTHERS.region, { ...launch, count: OTHERS.count });
  const owner: Owner = {
    keyId: credentials.accessKeyId,
    instance: { id: machine?.id ?? '', region: OWNERS_REGION },
    others: { ids: others.map(({ id }) => id), region: OTHERS.region },
  };
  return { owner, credentials };
}
