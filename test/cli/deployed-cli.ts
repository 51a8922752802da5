import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Deployment } from '../../lab/simulation/killswitch-stack.ts';
import { deployStack } from '../../lab/testbed/deploy.ts';
import { PLANTER, type PlantedUser } from '../../lab/testbed/planted-account.ts';
import type { Testbed } from '../../lab/testbed/testbed.ts';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { ON_IDLE_TIME } from '../idle-time/preload.ts';
import { Cli, signedWith } from './cli-process.ts';
import { plantGuards } from './guards-in-moto.ts';

export const keyOf = ({ accessKeys }: PlantedUser) =>
  accessKeys[0] ?? { accessKeyId: '', secretAccessKey: '' };

/** A stack in moto that spares its owner, with all that wakes and guards it, and the command line with the owner's key. */
export async function deployWithCli(
  testbed: Testbed,
  owner: PlantedUser,
  more: Pick<SettingsInput, 'monthlyBudgetUsd'> & Partial<SettingsInput>,
  actualSpendUsd: number,
): Promise<[Deployment, Cli]> {
  const key = keyOf(owner);
  const settings = { email: 'owner@example.com', allow: { accessKeys: [key.accessKeyId] }, ...more };
  const [deployment, cli] = await Promise.all([
    deployStack({ ...testbed, settings, actualSpendUsd }),
    Cli.build(
      { ...signedWith(key, testbed.proxy.url), AWS_ENDPOINT_URL_LAMBDA: testbed.bridge.url },
      ON_IDLE_TIME,
    ),
  ]);
  await subscribeByName(testbed.moto.url, deployment);
  await plantGuards({
    endpoint: testbed.moto.url,
    stack: 'Killswitch',
    functionArn: functionArnOf(deployment),
  });
  return [deployment, cli];
}

/** An incident that was fired from the command line's own machine, and changed nothing. */
export function firedFromHere({ home }: Cli, account: string, incident: string): void {
  const folder = join(home, '.local/state/killswitch', account, 'incidents', incident, 'runs');
  mkdirSync(folder, { recursive: true });
  const run = { schemaVersion: 1, run: incident, trigger: incident, at: '2026-01-01T00:00:00.000Z' };
  writeFileSync(join(folder, `${incident}.json`), JSON.stringify(run));
}

const functionArnOf = ({ account, region, outputs }: Deployment): string =>
  `arn:aws:lambda:${region}:${account}:function:${outputs.FunctionName}`;

/**
 * The testbed delivers by HTTP. The lambda subscriptions of the template are added for whoever lists them, with a
 * filter that no message passes, since moto would want docker to deliver.
 */
async function subscribeByName(endpoint: string, deployment: Deployment): Promise<void> {
  const sns = new SNSClient({ endpoint, region: deployment.region, credentials: PLANTER });
  const { AlarmTopicArn, ControlTopicArn } = deployment.outputs;
  for (const TopicArn of [AlarmTopicArn, ControlTopicArn])
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'lambda',
        Endpoint: functionArnOf(deployment),
        Attributes: { FilterPolicy: JSON.stringify({ never: ['delivered'] }) },
      }),
    );
  sns.destroy();
}
