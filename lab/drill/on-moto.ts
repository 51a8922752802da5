import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { budgetMessage } from '../../simulated-aws/services/budgets/budget-message.ts';
import type { Deployment } from '../simulation/killswitch-stack.ts';
import { readAccount } from '../testbed/account-reader.ts';
import type { AwsCall } from '../testbed/aws-call.ts';
import { deployStack } from '../testbed/deploy.ts';
import { startTestbed, type Testbed } from '../testbed/testbed.ts';
import { PLANTER } from '../testbed/world.ts';
import { type Check, incidentChecks, storedReports, verdictCheck } from './checks.ts';
import { type Aftermath, EMAIL, type Ground, type Scene } from './ground.ts';
import { plantIntruder, plantOwner } from './plant-on-moto.ts';
import { sayQuote } from './screen.ts';
import { Watch } from './watch.ts';

/** What moto's budget is told; nothing there costs anything by itself. */
const ACTUAL_USD = 1286.4;
const LIMIT_USD = 50;
const REGION = 'us-east-1';
const ENDS_MACHINES = new Set(['StopInstances', 'TerminateInstances']);

/** The account of moto, in real time, with the stack by the real `cdk deploy`. `node` is what the function runs on. */
export async function onMoto(node: string | undefined): Promise<Ground> {
  const testbed = await startTestbed(node === undefined ? {} : { node });
  const { moto } = testbed;
  return {
    about: 'the whole story on this machine: nothing leaves it, nothing costs',
    readBy: 'as boto3 reads it from moto',
    plant: () => plant(testbed),
    turn: 'The alarm',
    contain: (scene) => alarm(testbed, scene),
    read: () => readAccount(moto),
    reports: (scene) => storedReports({ endpoint: moto.url, region: REGION, credentials: PLANTER }, scene),
    judge: (reports, { limitUsd }, aftermath) => [
      ...reports.slice(0, 1).map((report) => verdictCheck(report, ACTUAL_USD, limitUsd)),
      ...incidentChecks(reports, aftermath),
    ],
    stop: () => testbed.stop(),
  };
}

async function plant(testbed: Testbed): Promise<Scene> {
  const owner = await plantOwner(testbed.world);
  const deploying: Promise<Deployment> = deployStack({
    ...testbed,
    actualSpendUsd: ACTUAL_USD,
    settings: {
      email: EMAIL,
      monthlyBudgetUsd: LIMIT_USD,
      allow: { accessKeys: [owner.keyId], instances: [owner.instance.id] },
      // Its schedules and its alarms never fire: what is played there is the budget alarm alone.
      tripwire: { enabled: false },
    },
  });
  const [incident, { outputs }] = await Promise.all([plantIntruder(testbed.world), deploying]);
  return {
    owner,
    incident,
    outputs,
    deployedBy: 'by cdk bootstrap and cdk deploy',
    limitUsd: LIMIT_USD,
    spentUsd: ACTUAL_USD,
  };
}

async function alarm({ moto, proxy, bridge, mailbox }: Testbed, scene: Scene): Promise<Aftermath> {
  const { outputs, incident } = scene;
  const message = budgetMessage({
    account: outputs.AlarmTopicArn.split(':')[4] ?? '',
    name: outputs.BudgetName,
    limitUsd: LIMIT_USD,
    actualUsd: ACTUAL_USD,
  });
  sayQuote(message.Message);
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const watch = new Watch(incident, seconds);
  proxy.onCall = (call, phase) => {
    if (phase === 'after' && call.status === 200) follow(call, watch);
  };
  const sns = new SNSClient({ endpoint: moto.url, region: REGION, credentials: PLANTER });
  await sns.send(new PublishCommand({ TopicArn: outputs.AlarmTopicArn, ...message }));
  await bridge.lambda.idle();
  sns.destroy();
  const attempts = bridge.lambda.invocations
    .filter(({ functionName }) => functionName === outputs.FunctionName)
    .flatMap((invocation) => invocation.attempts);
  const checks = [assetCheck(bridge.lambda.functions.get(outputs.FunctionName))];
  const conclusion = `the function was done ${seconds().toFixed(1)} s after the alarm, its waits before it looks again included.`;
  return { conclusion, mails: mailbox.mails, attempts, checks };
}

/** Tells the watch what passes by on its way to moto. */
function follow({ operation, parameters, region }: AwsCall, watch: Watch): void {
  if (ENDS_MACHINES.has(operation)) {
    const ids = Object.entries(parameters).filter(([name]) => /^InstanceId\.\d+$/.test(name));
    watch.ended(
      region,
      ids.map(([, id]) => String(id)),
    );
  } else if (operation === 'UpdateAccessKey' && parameters['Status'] === 'Inactive')
    watch.keyEnded(String(parameters['AccessKeyId']));
  else if (operation === 'UpdateAutoScalingGroup')
    watch.groupEmptied(region, String(parameters['AutoScalingGroupName']));
}

/** What ran must be what was deployed. */
const assetCheck = (
  deployed: { readonly storedSha256: string; readonly executedSha256: string } | undefined,
): Check => ({
  passed: deployed !== undefined && deployed.storedSha256 === deployed.executedSha256,
  text: `asset executed sha256 ${deployed?.executedSha256}\n    asset deployed sha256 ${deployed?.storedSha256}`,
});
