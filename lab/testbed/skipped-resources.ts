import { BudgetsClient, CreateBudgetCommand, type CreateBudgetRequest } from '@aws-sdk/client-budgets';
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { type References, resolve, type Template } from '../../simulated-aws/deploy/template.ts';
import { PLANTER } from './planted-account.ts';

/** Types that moto 5.2.1 skips while it says CREATE_COMPLETE, and that are created here from the template. */
const CREATED_HERE = [
  'AWS::Budgets::Budget',
  'AWS::CloudWatch::Alarm',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::Scheduler::Schedule',
];
/** Types that moto skips and that no test on moto can miss: other tests read them in the template. */
const LEFT_OUT = [
  // moto has no budget actions at all.
  'AWS::Budgets::BudgetsAction',
  'AWS::CDK::Metadata',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
];

/** @throws Error naming every type that moto skipped and that is in neither list. */
export function refuseUnknownSkips(motoLog: readonly string[]): void {
  const skipped = motoLog.map((line) => /No Moto CloudFormation support for (\S+)/.exec(line)?.[1]);
  const unknown = new Set(skipped.filter((type) => type && ![...CREATED_HERE, ...LEFT_OUT].includes(type)));
  if (unknown.size > 0)
    throw new Error(`moto skipped ${[...unknown].join(', ')}: create it in lab/testbed/skipped-resources.ts`);
}

export interface SkippedOptions {
  readonly endpoint: string;
  readonly references: References;
  /** What both budgets say was spent this month; moto keeps the figure that it is given at creation. */
  readonly actualSpendUsd: number;
  /** Where a subscription of this function delivers over HTTP. */
  readonly snsEndpoint: (functionName: string) => string;
  /** Gets by HTTP what the e-mail subscriptions get. */
  readonly mailboxUrl: string;
}

/** Creates through moto's API what its CloudFormation skipped, with the template's own properties. */
export async function createSkipped(template: Template, options: SkippedOptions): Promise<void> {
  const { endpoint, references } = options;
  const client = { endpoint, region: references.region, credentials: PLANTER };
  const budgets = new BudgetsClient(client);
  const sns = new SNSClient(client);
  const scheduler = new SchedulerClient(client);
  const cloudWatch = new CloudWatchClient(client);
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (!CREATED_HERE.includes(Type)) continue;
    const properties = resolve(Properties ?? {}, references);
    if (Type === 'AWS::Budgets::Budget')
      await budgets.send(new CreateBudgetCommand(budgetRequest(properties as BudgetProperties, options)));
    else if (Type === 'AWS::SNS::Subscription')
      await subscribe(sns, properties as SubscriptionProperties, options);
    // CloudFormation's names of these two are the API's.
    else if (Type === 'AWS::Scheduler::Schedule')
      await scheduler.send(new CreateScheduleCommand(properties as CreateScheduleCommandInput));
    else if (Type === 'AWS::CloudWatch::Alarm')
      await cloudWatch.send(new PutMetricAlarmCommand(properties as PutMetricAlarmCommandInput));
    else await setTopicPolicy(sns, properties as TopicPolicyProperties);
  }
}

interface BudgetProperties {
  readonly Budget: CreateBudgetRequest['Budget'];
  readonly NotificationsWithSubscribers?: CreateBudgetRequest['NotificationsWithSubscribers'];
}

function budgetRequest(properties: BudgetProperties, options: SkippedOptions): CreateBudgetRequest {
  const { Budget, NotificationsWithSubscribers } = properties;
  if (!Budget?.BudgetName) throw new Error('a budget without a name cannot be found by the function');
  const spend = { Amount: String(options.actualSpendUsd), Unit: 'USD' };
  return {
    AccountId: options.references.account,
    Budget: {
      ...Budget,
      // A number in CloudFormation, a string in the API.
      BudgetLimit: { Unit: Budget.BudgetLimit?.Unit, Amount: String(Budget.BudgetLimit?.Amount) },
      CalculatedSpend: { ActualSpend: spend, ForecastedSpend: spend },
    },
    NotificationsWithSubscribers,
  };
}

interface SubscriptionProperties {
  readonly Protocol: string;
  readonly TopicArn: string;
  readonly Endpoint: string;
}

async function subscribe(
  sns: SNSClient,
  { Protocol, TopicArn, Endpoint }: SubscriptionProperties,
  { snsEndpoint, mailboxUrl }: SkippedOptions,
): Promise<void> {
  const functionName = Endpoint.split(':function:')[1];
  if (Protocol === 'lambda' && functionName) {
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: snsEndpoint(functionName) }));
    return;
  }
  await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  if (Protocol === 'email')
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: mailboxUrl }));
}

interface TopicPolicyProperties {
  readonly Topics: readonly string[];
  readonly PolicyDocument: unknown;
}

async function setTopicPolicy(sns: SNSClient, { Topics, PolicyDocument }: TopicPolicyProperties) {
  for (const TopicArn of Topics)
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify(PolicyDocument),
      }),
    );
}
