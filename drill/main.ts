import '../testbed/loopback-guard.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { readAccount } from '../testbed/account-reader.ts';
import { budgetMessage } from '../testbed/budget-message.ts';
import { type Deployment, deployStack } from '../testbed/deploy.ts';
import type { LambdaService } from '../testbed/lambda-service.ts';
import { startTestbed, type Testbed } from '../testbed/testbed.ts';
import { PLANTER } from '../testbed/world.ts';
import { accountChecks, type Check, functionChecks, storedReport, verdictCheck } from './checks.ts';
import { type Incident, machinesIn, type Owner, plantIntruder, plantOwner } from './incident.ts';
import { bold, chapter, check, count, dim, fact, frame, green, red, say } from './screen.ts';
import { watch } from './watch.ts';

const LIMIT_USD = 50;
const ACTUAL_USD = 1286.4;
const AT_MOST_MS = 180_000;
const MAIL_LINES = 34;
/** Another Node.js for the function, e.g. of Lambda's own major version; this one by default. */
const FUNCTION_NODE = process.env['DRILL_FUNCTION_NODE'];

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = (await passes()) ? 0 : 1;

async function passes(): Promise<boolean> {
  const giveUp = new AbortController();
  let testbed: Testbed | undefined;
  try {
    say(
      `\n  ${bold('Killswitch drill')}  ${dim('the whole story on this machine: nothing leaves it, nothing costs')}`,
    );
    testbed = await startTestbed(FUNCTION_NODE ? { node: FUNCTION_NODE } : {});
    const tooLong = sleep(AT_MOST_MS, undefined, { signal: giveUp.signal }).then(() => {
      throw new Error(`it was not over after ${AT_MOST_MS / 1000} s`);
    });
    return await Promise.race([drill(testbed), tooLong]);
  } catch (thrown) {
    say();
    say(`${red('The drill failed:')} ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return false;
  } finally {
    giveUp.abort();
    await testbed?.stop();
  }
}

async function drill(testbed: Testbed): Promise<boolean> {
  const { moto, proxy, bridge, mailbox, world } = testbed;
  const owner = await plantOwner(world);
  const [incident, deployment] = await Promise.all([plantIntruder(world), deploy(testbed, owner)]);
  tellOf(incident, owner, deployment);

  chapter('The alarm');
  const { outputs, account, region } = deployment;
  const message = budgetMessage({
    account,
    name: outputs.BudgetName,
    limitUsd: LIMIT_USD,
    actualUsd: ACTUAL_USD,
  });
  const quote = message.Message.split('\n').find((line) => line.startsWith('You requested')) ?? '';
  fact(
    'AWS Budgets',
    `“${quote.slice(0, quote.indexOf('. You can')).replace(/^.*The ACTUAL/, 'The ACTUAL')}.”`,
  );
  say();
  const startedAt = performance.now();
  watch(proxy, incident, startedAt);
  const sns = new SNSClient({ endpoint: moto.url, region, credentials: PLANTER });
  await sns.send(new PublishCommand({ TopicArn: outputs.AlarmTopicArn, ...message }));
  await bridge.lambda.idle();
  const seconds = (performance.now() - startedAt) / 1000;

  chapter('The mail');
  for (const { subject, text } of mailbox.mails) frame(`Subject: ${subject}\n\n${text}`, MAIL_LINES);

  chapter('What is left, as boto3 reads it from moto');
  const report = await storedReport(moto.url, deployment);
  const checks: Check[] = [
    ...accountChecks(await readAccount(moto), owner, incident),
    verdictCheck(report, ACTUAL_USD, LIMIT_USD),
    { passed: report.clean, text: `the report calls the account ${report.clean ? 'clean' : 'not clean'}` },
    { passed: mailbox.mails.length > 0, text: `${count(mailbox.mails.length, 'mail')} sent` },
    ...functionChecks(bridge.lambda, outputs.FunctionName),
  ];
  for (const { passed, text } of checks) check(passed, text);
  const allPassed = checks.every(({ passed }) => passed);
  say();
  say(
    allPassed
      ? `${green('Contained')} ${seconds.toFixed(1)} s after the alarm, of which 10 s are the waits before it looks a second and a third time.`
      : red('The account was not contained.'),
  );
  if (!allPassed) for (const line of functionLog(bridge.lambda)) say(dim(line));
  say();
  return allPassed;
}

function deploy(testbed: Testbed, owner: Owner): Promise<Deployment> {
  return deployStack({
    ...testbed,
    actualSpendUsd: ACTUAL_USD,
    settings: {
      email: 'owner@example.com',
      monthlyBudgetUsd: LIMIT_USD,
      allow: { accessKeys: [owner.keyId], instances: [owner.instance.id] },
    },
  });
}

function tellOf(incident: Incident, owner: Owner, { outputs }: Deployment): void {
  chapter('The account');
  fact(
    'the owner',
    `${owner.instance.id} in ${owner.instance.region}, ${owner.keyId}: both on the allowlist`,
  );
  fact(
    'the intruder',
    `${count(machinesIn(incident), 'machine')} in ${incident.instances.size} regions, one of them opted in`,
  );
  fact('', incident.groups.map(({ name, size }) => `group ${name} of ${size}`).join(', '));
  fact(
    '',
    `${incident.terminationProtected} with termination protection, ${incident.stopProtected} with stop protection`,
  );
  fact('', `${incident.users} users with ${incident.keyIds.size} access keys`);
  chapter('The stack, by cdk bootstrap and cdk deploy');
  fact('function', outputs.FunctionName);
  fact('budget', `${outputs.BudgetName}: $${ACTUAL_USD.toFixed(2)} spent of $${LIMIT_USD.toFixed(2)}`);
}

function functionLog(lambda: LambdaService): string[] {
  const attempts = lambda.invocations.flatMap((invocation) => invocation.attempts);
  return attempts.flatMap(({ log }) => log.map((line) => line.slice(0, 400))).slice(-20);
}
