import { AttachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountContent } from '../../lab/testbed/account-reader.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import type { PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { allowlist, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { accountOnMoto, accountOnSimulation, type PlayedAccount } from '../e2e/two-accounts.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

/** What an allowlist may name, once it is known. */
interface Planted {
  readonly instances?: readonly string[];
  readonly keys?: readonly string[];
}

interface Scenario {
  readonly name: string;
  readonly plant: (planted: PlantedAccount, account: PlayedAccount) => Promise<Planted | undefined>;
  readonly policy?: (planted: Planted) => Partial<Policy>;
  /** Puts everything back afterwards, and compares that too. */
  readonly restores?: true;
  /** Differences that TESTING lists of moto, taken out of both sides; each with its reason. */
  readonly allow?: readonly { readonly why: string; readonly from: (state: PlainState) => PlainState }[];
}

const TERMINATE = () => ({ mode: 'terminate' as const });

const SCENARIOS: readonly Scenario[] = [
  { name: 'machines and keys, stopped and put back', plant: plantPlain, restores: true },
  { name: 'machines and keys, terminated', plant: plantPlain, policy: TERMINATE },
  { name: 'both protections, stopped and put back', plant: plantProtected, restores: true },
  { name: 'both protections, terminated', plant: plantProtected, policy: TERMINATE },
  {
    name: 'a group, put to sleep and woken',
    plant: async (planted) => void (await planted.autoScalingGroup('us-east-1', 'web', 4)),
    restores: true,
  },
  {
    name: 'a group, emptied',
    plant: async (planted) => void (await planted.autoScalingGroup('us-east-1', 'web', 4)),
    policy: TERMINATE,
  },
  {
    name: 'persistent spot, stopped',
    plant: async (planted) => void (await planted.spotRequests('us-east-1', 3)),
    allow: [
      {
        why: 'moto keeps a persistent request active when its machine is stopped; EC2 turns it disabled',
        from: (state) => ({
          ...state,
          spot: state.spot.map((one) => one.replace(/active|disabled/, 'at rest')),
        }),
      },
    ],
  },
  {
    name: 'the allowlist, and its user, are spared',
    plant: async (planted) => {
      const instances = await planted.instances('us-east-1', 3);
      const owner = await planted.user('owner', 2);
      await planted.user('mallory', 1);
      return { instances, keys: owner.accessKeys.map(({ accessKeyId }) => accessKeyId) };
    },
    policy: ({ instances = [], keys = [] }) => ({
      allow: allowlist({ accessKeys: keys.slice(0, 1), instances: instances.slice(0, 1) }),
    }),
    restores: true,
  },
  {
    name: 'only keys are disabled, nobody is denied',
    plant: plantPlain,
    policy: () => ({ quarantine: 'keys' }),
    restores: true,
  },
  {
    name: 'a user who has policies of his own keeps them',
    plant: async (planted, account) => {
      await planted.user('mallory', 2);
      const iam = iamClient(account);
      for (const name of ['AdministratorAccess', 'ReadOnlyAccess'])
        await iam.send(
          new AttachUserPolicyCommand({ UserName: 'mallory', PolicyArn: `arn:aws:iam::aws:policy/${name}` }),
        );
      iam.destroy();
      return undefined;
    },
    restores: true,
  },
  {
    name: 'more users than a page holds',
    plant: async (planted) => {
      for (let i = 0; i < 105; i += 21)
        await Promise.all(
          Array.from({ length: 21 }, (_, n) => planted.user(`user-${i + n}`, n === 0 ? 2 : 0)),
        );
      return undefined;
    },
  },
];

let moto: Moto;
let accounts = 0;
beforeAll(async () => {
  moto = await emptyMoto();
});
afterAll(() => moto?.stop());

describe('the simulated account and moto end in the same state, as boto3 reads them', () => {
  test.each(SCENARIOS)('$name', async (scenario) => {
    const onMoto = await story(await accountOnMoto(moto, ++accounts), scenario);
    const onSimulation = await story(await accountOnSimulation(moto), scenario);
    expect(onSimulation).toEqual(onMoto);
  });
});

/** Two states of an account with the ids of things replaced by what they are. */
interface PlainState {
  readonly instances: readonly string[];
  readonly groups: readonly string[];
  readonly spot: readonly string[];
  readonly users: readonly string[];
}

async function story(account: PlayedAccount, { plant, policy, restores, allow = [] }: Scenario) {
  try {
    const planted = (await plant(account.planted, account)) ?? {};
    await account.settle();
    const tidy = (content: AccountContent) => allow.reduce((state, { from }) => from(state), plain(content));
    const before = tidy(await account.read());
    const report = await account.fire(policy?.(planted));
    await account.settle();
    const contained = tidy(await account.read());
    const told = { before, contained, clean: report.clean, done: doneIn(report) };
    if (!restores) return told;
    const steps = await account.putBack(report.incident);
    await account.settle();
    const failed = steps.filter(({ status }) => status === 'failed').map(({ detail }) => detail);
    return { ...told, failed, restored: tidy(await account.read()) };
  } finally {
    await account.stop();
  }
}

function plain({ regions, users }: AccountContent): PlainState {
  const all = Object.entries(regions);
  return {
    instances: all
      .flatMap(([region, { instances }]) =>
        instances.map(({ state, lifecycle, group }) => `${region} ${lifecycle} ${group ?? ''} ${state}`),
      )
      .sort(byText),
    groups: all.flatMap(([region, { groups }]) =>
      groups.map(
        ({ name, min, max, desired, members, suspended }) =>
          `${region} ${name} ${min}/${max}/${desired} of ${members.length}: ${suspended.join(' ')}`,
      ),
    ),
    spot: all.flatMap(([region, { spotRequests }]) =>
      spotRequests.map(({ state, type }) => `${region} ${type} ${state}`),
    ),
    users: users
      .map(
        ({ name, keys, attachedPolicies }) =>
          `${name}: ${keys
            .map(({ status }) => status)
            .sort(byText)
            .join(' ')}; ${[...attachedPolicies].sort(byText).join(' ')}`,
      )
      .sort(byText),
  };
}

/** How many of each kind were done what. */
function doneIn({ actions }: Report): Record<string, number> {
  const done: Record<string, number> = {};
  for (const { kind, verb, status } of actions) {
    const what = `${kind} ${verb} ${status}`;
    done[what] = (done[what] ?? 0) + 1;
  }
  return done;
}

async function plantPlain(planted: PlantedAccount): Promise<Planted | undefined> {
  await Promise.all([planted.instances('us-east-1', 5), planted.instances('eu-west-1', 2)]);
  await Promise.all([planted.user('mallory', 2), planted.user('trent', 1), planted.user('nobody', 0)]);
  return undefined;
}

async function plantProtected(planted: PlantedAccount): Promise<Planted | undefined> {
  const ids = await planted.instances('us-east-1', 9);
  await planted.protect('us-east-1', ids.slice(0, 4), 'DisableApiStop');
  await planted.protect('us-east-1', ids.slice(2, 6), 'DisableApiTermination');
  return undefined;
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);
const iamClient = ({ planted }: PlayedAccount) =>
  new IAMClient({ endpoint: planted.endpoint, credentials: planted.credentials, region: 'us-east-1' });
