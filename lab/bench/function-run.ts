import { randomUUID } from 'node:crypto';
import { BudgetsClient, CreateBudgetCommand } from '@aws-sdk/client-budgets';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Bundle } from '../../build/bundle/bundle.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { thisAccountOnly, USAGE_ONLY } from '../../lambda/core/verdict/budget.ts';
import type { EnvironmentName } from '../../lambda/env.ts';
import { budgetMessage } from '../../simulated-aws/services/budgets/budget-message.ts';
import { lambdaEventOf } from '../../simulated-aws/services/sns/sns-event.ts';
import { ACCOUNT } from '../testbed/deploy.ts';
import { type DeployedFunction, environmentOf } from '../testbed/deployed-function.ts';
import { execute } from '../testbed/execution.ts';
import { PLANTER } from '../testbed/planted-account.ts';
import type { Account } from './account.ts';

const REGION = 'us-east-1';
export const LIMIT_USD = 50;
export const ACTUAL_USD = 1286.4;
/** The function's environment: what surrounds it in a stack. */
export const NAMES = {
  KILLSWITCH_ACCOUNT: ACCOUNT,
  KILLSWITCH_BUDGET: 'killswitch-bench',
  KILLSWITCH_ALARM_TOPIC: `arn:aws:sns:${REGION}:${ACCOUNT}:alarm`,
  KILLSWITCH_CONTROL_TOPIC: `arn:aws:sns:${REGION}:${ACCOUNT}:control`,
  KILLSWITCH_REPORT_TOPIC: `arn:aws:sns:${REGION}:${ACCOUNT}:report`,
  KILLSWITCH_JOURNAL_BUCKET: 'killswitch-bench-journal',
  KILLSWITCH_STACK: 'Killswitch',
  KILLSWITCH_SCHEDULE: 'none',
  KILLSWITCH_RULES: '',
  KILLSWITCH_ALARMS: '',
} satisfies Record<EnvironmentName, string>;

/** Creates what the stack would: the budget, overspent, the journal's bucket and the report topic. */
export async function createSurroundings({ moto }: Pick<Account, 'moto'>): Promise<void> {
  const client = { endpoint: moto.url, region: REGION, credentials: PLANTER };
  const usd = (amount: number) => ({ Amount: String(amount), Unit: 'USD' });
  const spend = { ActualSpend: usd(ACTUAL_USD), ForecastedSpend: usd(ACTUAL_USD) };
  const CostFilters = Object.fromEntries(
    Object.entries(thisAccountOnly(ACCOUNT)).map(([name, values]) => [name, [...values]]),
  );
  await new BudgetsClient(client).send(
    new CreateBudgetCommand({
      AccountId: ACCOUNT,
      Budget: {
        BudgetName: NAMES.KILLSWITCH_BUDGET,
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: usd(LIMIT_USD),
        CostTypes: USAGE_ONLY,
        CostFilters,
        CalculatedSpend: spend,
      },
    }),
  );
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: NAMES.KILLSWITCH_JOURNAL_BUCKET }));
  await new SNSClient(client).send(new CreateTopicCommand({ Name: 'report' }));
}

/**
 * Runs the function's bundle once, in a process of its own as in Lambda, on a Budgets message.
 * @throws Error when the function failed, or fired for another reason than the spend.
 */
export async function fireFunction(
  bundle: Bundle,
  { moto, proxy }: Account,
  env: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const deployed: DeployedFunction = {
    configuration: {
      FunctionName: 'killswitch-bench',
      FunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:killswitch-bench`,
      Role: `arn:aws:iam::${ACCOUNT}:role/killswitch-bench`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 120,
      MemorySize: 1024,
      Environment: { Variables: NAMES },
    },
    root: bundle.outdir,
    storedSha256: '',
    executedSha256: '',
    remove: () => {},
  };
  const environment = { ...(await environmentOf(deployed, moto.url, proxy.url, REGION)), ...env };
  const invocation = { requestId: randomUUID(), event: budgetEvent() };
  const { payload, error, log } = await execute(deployed, invocation, {
    env: environment,
    node: process.execPath,
  }).ended;
  if (error) throw new Error(`the function failed: ${error.errorMessage}\n${log.slice(-5).join('\n')}`);
  const report = payload as Report;
  if (!report.verdict.reasons.some((reason) => reason.includes('≥ limit')))
    throw new Error(`the function fired for another reason: ${report.verdict.reasons.join('; ')}`);
  return report;
}

function budgetEvent() {
  const { Subject, Message } = budgetMessage({
    account: ACCOUNT,
    name: NAMES.KILLSWITCH_BUDGET,
    limitUsd: LIMIT_USD,
    actualUsd: ACTUAL_USD,
  });
  return lambdaEventOf({
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: NAMES.KILLSWITCH_ALARM_TOPIC,
    Subject,
    Message,
    Timestamp: new Date().toISOString(),
    SignatureVersion: '1',
    Signature: '',
    SigningCertURL: '',
    UnsubscribeURL: '',
  });
}
