import { BudgetsClient, DescribeBudgetCommand } from '@aws-sdk/client-budgets';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { INTRUDER } from '../sim/intruder/intruder.ts';
import { type Check, storedReports } from './checks.ts';
import type { Aftermath, Ground, Scene } from './ground.ts';
import { HIS_USERS } from './incident.ts';
import { putBack } from './put-back.ts';
import { readOverTheWire } from './read-account.ts';
import { bold, dim, dollars, moment, say, sayQuote } from './screen.ts';
import {
  ALARM_AT,
  COMPROMISED_AT,
  LIMIT_USD,
  PLANTED_AT,
  type Simulation,
  SPENT_BEFORE_USD,
  STARTS_AT,
  simulate,
} from './simulation.ts';
import { Watch } from './watch.ts';

const MINUTE_MS = 60_000;
/** Machines take up to a minute to stop, keys some seconds to be dead everywhere. */
const AFTERWARDS_MS = 10 * MINUTE_MS;
/** From the alarm to the moment at which the function has its event. */
const ON_ITS_WAY_MS = 1_000;
const NOTHING_USD = 1e-6;

/** A simulated account in this process, in virtual time. `node` is what the function runs on. */
export async function onSimulation(node: string | undefined): Promise<Ground> {
  const simulation = await simulate(node);
  const { access } = simulation;
  return {
    about: 'on a simulated account: it needs no network and costs nothing; all times are its own, UTC',
    readBy: 'as an SDK client reads it with the owner’s key',
    plant: () => plant(simulation),
    alarm: (scene) => alarm(simulation, scene),
    read: () => readOverTheWire(access),
    reports: (scene) => storedReports({ ...access, region: 'us-east-1' }, scene),
    putBack: (scene, report) => putBack(simulation, scene, report),
    stop: () => simulation.stop(),
  };
}

const isHis = ({ owner }: { readonly owner: string }) => owner === INTRUDER;

async function plant({ stage, owner }: Simulation): Promise<Scene> {
  const { account, conductor, outputs } = stage;
  await conductor.runTo(PLANTED_AT);
  const instances = new Map<string, Set<string>>();
  for (const { id, region, launchedBy } of account.ec2.instances())
    if (launchedBy === INTRUDER) instances.set(region, (instances.get(region) ?? new Set()).add(id));
  const his = [...account.iam.users()].filter(({ name }) => HIS_USERS.some((user) => user === name));
  const keyIds = new Set(his.flatMap(({ keys }) => keys.map(({ id }) => id)));
  return {
    owner,
    incident: { instances, keyIds },
    outputs,
    deployedBy: 'its template by cdk synth, created in the account',
    limitUsd: LIMIT_USD,
    spentUsd: SPENT_BEFORE_USD,
  };
}

async function alarm(simulation: Simulation, scene: Scene): Promise<Aftermath> {
  const { account, conductor } = simulation.stage;
  const { functions, ledger } = account;
  const rate = () => ledger.usdPerHour(isHis);
  at(STARTS_AT, 'the stack is deployed');
  at(COMPROMISED_AT, `a key of ${HIS_USERS[0]} leaks`);
  at(PLANTED_AT, `the intruder runs all of it, for ${bold(`${dollars(rate())} an hour`)}`);
  await conductor.runTo(ALARM_AT);
  const [atAlarm, before] = [ledger.usd(isHis), rate()];
  const actualUsd = await seenByBudgets(simulation, scene);
  at(
    ALARM_AT,
    `Budgets looks, as it does every 8 hours: ${bold(dollars(actualUsd))} of ${dollars(LIMIT_USD)}`,
  );
  say(dim(`${' '.repeat(21)}AWS’s own Budgets may see a bill that is hours older than this one.`));
  const story = follow(simulation, scene);
  await conductor.runTo(ALARM_AT + ON_ITS_WAY_MS / 10);
  const invocations = functions.invocations.filter(
    ({ functionName }) => functionName === scene.outputs.FunctionName,
  );
  const [message] = account.sns.deliveries.filter(({ topicArn }) => topicArn === scene.outputs.AlarmTopicArn);
  sayQuote(message?.message ?? '');
  await conductor.runUntil(functions.idle());
  const attempts = invocations.flatMap((invocation) => invocation.attempts);
  const seconds = ((attempts.at(-1)?.endedAt ?? Number.NaN) - ALARM_AT) / 1000;
  await conductor.runTo(account.timeline.now() + AFTERWARDS_MS);
  say();
  at(
    account.timeline.now(),
    `${bold(`${dollars(rate())} an hour`)}, and ${dollars(before)} when the alarm came`,
  );
  const { outputs } = scene;
  const mails = account.sns.deliveries
    .filter(({ topicArn, protocol }) => protocol === 'email' && topicArn === outputs.ReportTopicArn)
    .map(({ subject = '', message: text }) => ({ subject, text }));
  const checks = [
    {
      passed: rate() < NOTHING_USD,
      text: `the intruder costs ${dollars(rate())} an hour; the ${dollars(ledger.usd(isHis))} he has spent are ${dollars(ledger.usd(isHis) - atAlarm)} more than at the alarm, the last of it ${story.haltedAfter()}`,
    },
    await lockedOut(simulation, scene),
  ];
  return { seconds, actualUsd, mails, attempts, checks };
}

const at = (time: number, text: string) => say(`${dim(moment(time))}  ${text}`);

/** Tells what happens to the intruder's machines and keys, while it happens. */
function follow({ stage, intruder }: Simulation, { incident }: Scene) {
  const { account, endpoint } = stage;
  const { timeline, ledger, ec2, iam } = account;
  const seconds = () => (timeline.now() - ALARM_AT) / 1000;
  const watch = new Watch(incident, seconds, () => `${dollars(ledger.usdPerHour(isHis))}/h`);
  let haltedAt: number | undefined;
  ec2.onState((instances, state) => {
    haltedAt = ledger.usdPerHour(isHis) < NOTHING_USD ? (haltedAt ?? seconds()) : undefined;
    for (const { id, region, launchedBy } of instances) {
      if (launchedBy !== INTRUDER) continue;
      if (state === 'pending') watch.started(region, [id]);
      else if (state === 'stopping' || state === 'shutting-down') watch.ended(region, [id]);
    }
  });
  intruder.onDeed = ({ what }) => watch.tell(`the intruder ${what}`);
  endpoint.onCall = ({ operation, region, input }, phase) => {
    if (phase !== 'after') return;
    if (operation === 'UpdateAutoScalingGroup')
      watch.groupEmptied(region, (input as { AutoScalingGroupName: string }).AutoScalingGroupName);
    if (operation === 'UpdateAccessKey')
      for (const { keys } of iam.users())
        for (const { id, status } of keys) if (status === 'Inactive') watch.keyEnded(id);
  };
  return {
    haltedAfter: () => (haltedAt === undefined ? 'yet to come' : `${haltedAt.toFixed(1)} s after it`),
  };
}

/** This month's spend, as Budgets' own API gives it. */
async function seenByBudgets({ access, stage }: Simulation, { outputs }: Scene): Promise<number> {
  const client = new BudgetsClient({ ...access, region: 'us-east-1' });
  const request = { AccountId: stage.account.accountId, BudgetName: outputs.BudgetName };
  const { Budget } = await client.send(new DescribeBudgetCommand(request));
  client.destroy();
  return Number(Budget?.CalculatedSpend?.ActualSpend?.Amount);
}

/** Tries each of his keys, as he would. */
async function lockedOut({ access }: Simulation, { incident }: Scene): Promise<Check> {
  const letIn: string[] = [];
  for (const accessKeyId of incident.keyIds) {
    const credentials = { accessKeyId, secretAccessKey: 'his' };
    const client = new EC2Client({ ...access, credentials, region: 'us-east-1' });
    try {
      await client.send(new DescribeRegionsCommand({}));
      letIn.push(accessKeyId);
    } catch (thrown) {
      const { name } = thrown as Error;
      if (name !== 'AuthFailure' && name !== 'UnauthorizedOperation') throw thrown;
    } finally {
      client.destroy();
    }
  }
  return {
    passed: letIn.length === 0,
    text: `${letIn.length} of the intruder’s ${incident.keyIds.size} keys are let in, each tried with a call of its own`,
  };
}
