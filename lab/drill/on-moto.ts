import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { budgetMessage } from '../../simulated-aws/services/budgets/budget-message.ts';
import type { Deployment } from '../simulation/killswitch-stack.ts';
import { readAccount } from '../testbed/account-reader.ts';
import type { AwsCall } from '../testbed/aws-call.ts';
import { deployStack } from '../testbed/deploy.ts';
import { PLANTER } from '../testbed/planted-account.ts';
import { startTestbed, type Testbed } from '../testbed/testbed.ts';
import { incidentChecks, storedReports, verdictCheck } from './checks.ts';
import { plantIntruder, plantOwner } from './plant-on-moto.ts';
import { sayQuote } from './screen.ts';
import { type Aftermath, type AttackedAccount, type Check, type DrillSetup, EMAIL } from './setup.ts';
import { Watch } from './watch.ts';

/** What moto's budget says was spent: in moto nothing costs anything. */
const ACTUAL_USD = 1286.4;
const LIMIT_USD = 50;
const REGION = 'us-east-1';
const ENDS_MACHINES = new Set(['StopInstances', 'TerminateInstances']);

/** An account in moto, in real time, with the stack by the real `cdk deploy`. `node` is what the function runs on. */
export async function onMoto(node: string | undefined): Promise<DrillSetup> {
  const testbed = await startTestbed(node === undefined ? {} : { node });
  const { moto } = testbed;
  return {
    about: 'on moto: nothing leaves this machine, no cost; all times are real',
    readBy: 'as boto3 reads it from moto',
    plant: () => plant(testbed),
    turn: 'The alarm',
    contain: (attacked) => alarm(testbed, attacked),
    read: () => readAccount(moto),
    reports: (attacked) =>
      storedReports({ endpoint: moto.url, region: REGION, credentials: PLANTER }, attacked),
    judge: (reports, { limitUsd }, aftermath) => [
      ...reports.slice(0, 1).map((report) => verdictCheck(report, ACTUAL_USD, limitUsd)),
      ...incidentChecks(reports, aftermath),
    ],
    stop: () => testbed.stop(),
  };
}

async function plant(testbed: Testbed): Promise<AttackedAccount> {
  const owner = await plantOwner(testbed.account);
  const deploying: Promise<Deployment> = deployStack({
    ...testbed,
    actualSpendUsd: ACTUAL_USD,
    settings: {
      email: EMAIL,
      monthlyBudgetUsd: LIMIT_USD,
      allow: { accessKeys: [owner.keyId], instances: [owner.instance.id] },
      // moto's schedules and alarms never fire: the budget alarm alone is played there.
      tripwire: { enabled: false },
    },
  });
  const [incident, { outputs }] = await Promise.all([plantIntruder(testbed.account), deploying]);
  return {
    owner,
    incident,
    outputs,
    deployedBy: 'by cdk bootstrap and cdk deploy',
    limitUsd: LIMIT_USD,
    spentUsd: ACTUAL_USD,
  };
}

async function alarm(
  { moto, proxy, bridge, mailbox }: Testbed,
  attacked: AttackedAccount,
): Promise<Aftermath> {
  const { outputs, incident } = attacked;
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
  const conclusion = `the function ended ${seconds().toFixed(1)} s after the alarm, with its pauses between passes.`;
  return { conclusion, mails: mailbox.mails, attempts, checks };
}

/** Tells the watch of each call to moto that ends something. */
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

/** The code that ran must be the code that was deployed. */
const assetCheck = (
  deployed: { readonly storedSha256: string; readonly executedSha256: string } | undefined,
): Check => ({
  passed: deployed !== undefined && deployed.storedSha256 === deployed.executedSha256,
  text: `asset executed sha256 ${deployed?.executedSha256}\n    asset deployed sha256 ${deployed?.storedSha256}`,
});
