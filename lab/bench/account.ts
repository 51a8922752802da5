import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { activeAccessKeys, readAccount, runningInstances } from '../testbed/account-reader.ts';
import { xmlAnswer } from '../testbed/answers.ts';
import { type Moto, startMoto } from '../testbed/moto.ts';
import { budgetHistory } from '../testbed/moto-gaps.ts';
import { PlantedAccount } from '../testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../testbed/proxy.ts';
import type { Rule } from '../testbed/rules.ts';
import { childrenOf, findElement, replaceContent } from '../testbed/xml.ts';
import type { Workload } from './least-calls.ts';

export interface Contents {
  readonly instances: number;
  readonly users: number;
  readonly keysPerUser: 1 | 2;
}

/** How much still runs or is active, as boto3 reads it from moto. */
export interface LeftAlive {
  readonly instances: number;
  readonly keys: number;
}

/** An unprotected account in moto behind the recording proxy, with the 17 regions that every account has. */
export interface Account {
  readonly moto: Moto;
  readonly proxy: RecordingProxy;
  /** Empties the account and the proxy's record, and plants the contents, instances evenly over all regions. */
  plant(contents: Contents): Promise<Workload>;
  leftAlive(): Promise<LeftAlive>;
  /** @throws Error naming what still runs or is active, as boto3 reads it from moto. */
  expectContained(by: string): Promise<void>;
  stop(): Promise<void>;
}

export async function openAccount(): Promise<Account> {
  const moto = await startMoto();
  const proxy = await startProxy(moto.url);
  return {
    moto,
    proxy,
    plant: async ({ instances, users, keysPerUser }) => {
      await moto.reset();
      delete proxy.onCall;
      proxy.delayMs = 0;
      proxy.rules.clear();
      proxy.rules.add(onlyDefaultRegions, budgetHistory([]));
      const account = new PlantedAccount(moto.url);
      const planted = spread(instances);
      for (const [region, count] of planted) if (count > 0) await account.instances(region, count);
      for (let i = 0; i < users; i++) await account.user(`user-${i}`, keysPerUser);
      account.close();
      proxy.forgetCalls();
      return { instances: planted, users, usersWithKeys: users, activeKeys: users * keysPerUser };
    },
    leftAlive: async () => {
      const { instances, keys } = await idsAlive(moto);
      return { instances: instances.length, keys: keys.length };
    },
    expectContained: async (by) => {
      const { instances, keys } = await idsAlive(moto);
      const left = [...instances, ...keys];
      if (left.length > 0)
        throw new Error(`${by} left ${left.length} running or active: ${left.slice(0, 5).join(', ')}`);
    },
    stop: async () => {
      await proxy.stop();
      await moto.stop();
    },
  };
}

async function idsAlive(moto: Moto) {
  const account = await readAccount(moto, { regions: DEFAULT_REGIONS });
  return { instances: runningInstances(account), keys: activeAccessKeys(account) };
}

/** `nothing`, or what and how many. */
export function leftAliveText({ instances, keys }: LeftAlive): string {
  const parts = [instances > 0 ? `${instances} instances` : '', keys > 0 ? `${keys} keys` : ''].filter(
    Boolean,
  );
  return parts.length > 0 ? parts.join(', ') : 'nothing';
}

function spread(instances: number): Map<string, number> {
  const regions = DEFAULT_REGIONS.length;
  return new Map(
    DEFAULT_REGIONS.map((region, at) => [
      region,
      Math.floor(instances / regions) + (at < instances % regions ? 1 : 0),
    ]),
  );
}

/** moto lists 38 regions, of other partitions too; an account that opted in to nothing has 17. */
const onlyDefaultRegions: Rule = {
  when: { service: 'ec2', operation: 'DescribeRegions' },
  fault: {
    kind: 'answer',
    name: 'default regions',
    answer: async (_call, forward) => {
      const answer = await forward();
      const xml = answer.body.toString();
      const regions = childrenOf(findElement(xml, 'regionInfo')?.content ?? '', 'item').filter((item) =>
        DEFAULT_REGIONS.some((region) => region === findElement(item, 'regionName')?.content),
      );
      const kept = regions.map((item) => `<item>${item}</item>`).join('');
      return xmlAnswer(replaceContent(xml, 'regionInfo', kept), answer.status);
    },
  },
};
