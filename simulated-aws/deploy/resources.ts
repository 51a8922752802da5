import type { CreateBudgetRequest } from '@aws-sdk/client-budgets';
import type { CallContext, Operation } from '../core/service.ts';
import type { Creation } from './creation.ts';
import { configureInvocation, createFunction, permitInvocation } from './function-resources.ts';
import {
  createAlarm,
  createQueue,
  createRule,
  createSchedule,
  createTopic,
  setTopicPolicy,
  subscribe,
} from './messaging-resources.ts';

/** Types that the simulated account does not have. A deployment leaves them out. */
export const NOT_SIMULATED: ReadonlySet<string> = new Set([
  'AWS::Budgets::BudgetsAction',
  'AWS::CDK::Metadata',
  'AWS::IAM::Policy',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** Properties that stay as they are written, since nothing here reads what they refer to. */
export const UNRESOLVED: Readonly<Record<string, string>> = { 'AWS::IAM::Role': 'Policies' };

/** How each type is created, in the order in which the types depend on each other. */
export const CREATORS: Readonly<Record<string, (creation: Creation<never>) => void>> = {
  'AWS::IAM::Role': createRole,
  'AWS::S3::Bucket': createBucket,
  'AWS::SQS::Queue': createQueue,
  'AWS::SNS::Topic': createTopic,
  'AWS::SNS::TopicPolicy': setTopicPolicy,
  'AWS::Lambda::Function': createFunction,
  'AWS::Lambda::EventInvokeConfig': configureInvocation,
  'AWS::Lambda::Permission': permitInvocation,
  'AWS::SNS::Subscription': subscribe,
  'AWS::CloudWatch::Alarm': createAlarm,
  'AWS::Events::Rule': createRule,
  'AWS::Scheduler::Schedule': createSchedule,
  'AWS::Budgets::Budget': createBudget,
};

interface RoleProperties {
  readonly AssumeRolePolicyDocument: unknown;
  readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
}

function createRole({ account, id, properties }: Creation<RoleProperties>): void {
  const { AssumeRolePolicyDocument, Policies = [] } = properties;
  account.iam.createRole(id, 'cloudformation', JSON.stringify(AssumeRolePolicyDocument));
  for (const { PolicyName, PolicyDocument } of Policies)
    account.iam.roleDirectory.putInline(id, PolicyName, JSON.stringify(PolicyDocument));
}

function createBucket({
  account,
  region,
  id,
  properties,
}: Creation<{ readonly VersioningConfiguration?: { readonly Status: string } }>): void {
  const versioned = properties.VersioningConfiguration?.Status === 'Enabled';
  account.s3.createBucket(id, region, { versioned });
}

/** Through the API's own operation, which refuses what AWS would refuse. */
function createBudget({
  account,
  region,
  properties: { Budget, NotificationsWithSubscribers },
}: Creation<Pick<CreateBudgetRequest, 'Budget' | 'NotificationsWithSubscribers'>>): void {
  const { accountId, timeline, services } = account;
  const arn = `arn:aws:sts::${accountId}:assumed-role/cloudformation/AWSCloudFormation`;
  const principal = { kind: 'role', name: 'cloudformation', arn, accessKeyId: '' } as const;
  const invokedBy = 'cloudformation.amazonaws.com';
  const context: CallContext = { region, now: timeline.now(), principal, invokedBy };
  const create = services['budgets']?.['CreateBudget'] as Operation<CreateBudgetRequest> | undefined;
  create?.(
    {
      AccountId: accountId,
      // A number in CloudFormation, a string in the API.
      Budget: { ...Budget, BudgetLimit: limitOf(Budget) } as CreateBudgetRequest['Budget'],
      NotificationsWithSubscribers,
    },
    context,
  );
}

const limitOf = (budget: CreateBudgetRequest['Budget']) => ({
  Amount: String(budget?.BudgetLimit?.Amount),
  Unit: budget?.BudgetLimit?.Unit,
});
