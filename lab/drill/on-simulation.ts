import { BudgetsClient, DescribeBudgetCommand } from '@aws-sdk/client-budgets';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { INTRUDER } from '../intruder/intruder.ts';
import { storedReports, tripwireChecks } from './checks.ts';
import { follow, isIntruders, NOTHING_USD } from './follow.ts';
import { INTRUDERS_USERS } from './incident.ts';
import { putBack } from './put-back.ts';
import { readOverTheWire } from './read-account.ts';
import { at, bold, dim, dollars, say, sayQuote } from './screen.ts';
import type { Aftermath, AttackedAccount, Check, DrillSetup } from './setup.ts';
import {
  BUDGETS_AT,
  COMPROMISED_AT,
  LIMIT_USD,
  PLANTED_AT,
  SEEN_AT,
  type Simulation,
  SPENT_BEFORE_USD,
  STARTS_AT,
  simulate,
} from './simulation.ts';
import { takeApart } from './take-apart.ts';

const MINUTE_MS = 60_000;
/** Machines take up to a minute to stop, and a disabled key works for some seconds. */
const STOPPED_MS = 2 * MINUTE_MS;
/** By then the function has ended its run for the alarm. */
const ANSWERED_MS = MINUTE_MS;

/** A simulated account in this process, in virtual time. `node` is what the function runs on. */
export async function onSimulation(node: string | undefined): Promise<DrillSetup> {
  const simulation = await simulate(node);
  const { access } = simulation;
  return {
    about: 'in a simulated account: no network, no cost; all times are virtual, in UTC',
    readBy: 'as an SDK client reads it with the owner’s key',
    turn: 'What happens',
    plant: () => plant(simulation),
    contain: (attacked) => contain(simulation, attacked),
    read: () => readOverTheWire(access),
    reports: (attacked) => storedReports({ ...access, region: 'us-east-1' }, attacked),
    judge: (reports, _, aftermath) => tripwireChecks(reports, aftermath),
    takeApart: () => takeApart(simulation.owner),
    putBack: (attacked, report) => putBack(simulation, attacked, report),
    stop: () => simulation.stop(),
  };
}

async function plant({ deployment, owner }: Simulation): Promise<AttackedAccount> {
  const { account, conductor, outputs } = deployment;
  await conductor.runTo(PLANTED_AT);
  const instances = new Map<string, Set<string>>();
  for (const { id, region, launchedBy } of account.ec2.instances())
    if (launchedBy === INTRUDER) instances.set(region, (instances.get(region) ?? new Set()).add(id));
  const made = [...account.iam.users()].filter(({ name }) => INTRUDERS_USERS.some((user) => user === name));
  const keyIds = new Set(made.flatMap(({ keys }) => keys.map(({ id }) => id)));
  return {
    owner,
    incident: { instances, keyIds },
    outputs,
    deployedBy: 'made by cdk synth, and created in the account',
    limitUsd: LIMIT_USD,
    spentUsd: SPENT_BEFORE_USD,
  };
}

async function contain(simulation: Simulation, attacked: AttackedAccount): Promise<Aftermath> {
  const { account, conductor } = simulation.deployment;
  const { functions, ledger, sns } = account;
  const { outputs } = attacked;
  const rate = () => ledger.usdPerHour(isIntruders);
  at(STARTS_AT, 'the stack is deployed; every 5 minutes it looks at what runs');
  at(COMPROMISED_AT, `a key of ${INTRUDERS_USERS[0]} leaks`);
  const [height, aDay] = [rate(), dollars(rate() * 24)];
  at(
    PLANTED_AT,
    `all of the intruder’s machines run, for ${bold(`${dollars(height)} an hour`)}: ${aDay} a day`,
  );
  await conductor.runTo(SEEN_AT);
  const atSight = ledger.usd(isIntruders);
  at(SEEN_AT, `${bold('the scheduled look')} sees them; AWS Budgets looks next at 08:00`);
  const told = follow(simulation, attacked);
  await conductor.runTo(SEEN_AT + STOPPED_MS);
  say();
  const spent = ledger.usd(isIntruders);
  at(
    account.timeline.now(),
    `the intruder spends ${bold(`${dollars(rate())} an hour`)} now, and has spent ${dollars(spent)}`,
  );
  told.useTheClock();
  await conductor.runTo(BUDGETS_AT);
  const actualUsd = await seenByBudgets(simulation, attacked);
  at(
    BUDGETS_AT,
    `Budgets looks, as it does every 8 hours: ${bold(dollars(actualUsd))} of ${dollars(LIMIT_USD)}`,
  );
  say(dim(`${' '.repeat(21)}The real AWS Budgets may see a bill that is hours old.`));
  await conductor.runTo(BUDGETS_AT + ANSWERED_MS);
  const message = sns.deliveries.find(({ topicArn }) => topicArn === outputs.AlarmTopicArn);
  sayQuote(message?.message ?? '');
  const late = dollars(height * ((BUDGETS_AT - SEEN_AT) / 3_600_000));
  at(
    account.timeline.now(),
    `the function had nothing left to do. Without the look the intruder would have spent ${bold(`${late} more`)} by now`,
  );
  const mails = sns.deliveries
    .filter(({ protocol, topicArn }) => protocol === 'email' && topicArn === outputs.ReportTopicArn)
    .map(({ subject = '', message: text }) => ({ subject, text }))
    // Before its first look each new stack sends the alarm of its heartbeat, and then that it is over.
    .filter(({ subject }) => !subject.includes('Killswitch-heartbeat'));
  const { attempts } = functions;
  const checks = [
    {
      passed: rate() < NOTHING_USD,
      text: `the intruder spends ${dollars(rate())} an hour: ${dollars(ledger.usd(isIntruders))} in all, ${dollars(ledger.usd(isIntruders) - atSight)} of it after the look; the last machine stopped ${told.haltedAfter()}`,
    },
    await lockedOut(simulation, attacked),
  ];
  const minutes = ((SEEN_AT - COMPROMISED_AT) / MINUTE_MS).toFixed(1);
  return {
    conclusion: `the look came ${minutes} minutes after the key leaked, and the last machine stopped ${told.haltedAfter()}.`,
    ...{ mails, attempts, checks },
  };
}

/** This month's spend, as Budgets' own API gives it. */
async function seenByBudgets(
  { access, deployment }: Simulation,
  { outputs }: AttackedAccount,
): Promise<number> {
  const client = new BudgetsClient({ ...access, region: 'us-east-1' });
  const request = { AccountId: deployment.account.accountId, BudgetName: outputs.BudgetName };
  const { Budget } = await client.send(new DescribeBudgetCommand(request));
  client.destroy();
  return Number(Budget?.CalculatedSpend?.ActualSpend?.Amount);
}

/** Tries each of the intruder's keys. */
async function lockedOut({ access }: Simulation, { incident }: AttackedAccount): Promise<Check> {
  const letIn: string[] = [];
  for (const accessKeyId of incident.keyIds) {
    const credentials = { accessKeyId, secretAccessKey: 'any' };
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
    text: `AWS accepts ${letIn.length} of the intruder’s ${incident.keyIds.size} keys, each tried with a call`,
  };
}
