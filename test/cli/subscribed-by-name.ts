import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Deployment } from '../../testbed/deploy.ts';
import { PLANTER } from '../../testbed/world.ts';

export const functionArnOf = ({ account, region, outputs }: Deployment): string =>
  `arn:aws:lambda:${region}:${account}:function:${outputs.FunctionName}`;

/**
 * The testbed delivers by HTTP. The lambda subscriptions of the template are added for whoever lists them, with a
 * filter that no message passes, since moto would want docker to deliver.
 */
export async function subscribeByName(endpoint: string, deployment: Deployment): Promise<void> {
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
