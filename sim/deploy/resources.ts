import { existsSync } from 'node:fs';
import type { CreateBudgetRequest } from '@aws-sdk/client-budgets';
import type { SimulatedAccount } from '../account/account.ts';
import type { CallContext, Operation } from '../account/service.ts';

/** Types that the simulated account does not play; tests of the template read them. */
export const NOT_PLAYED: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::IAM::Policy',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
]);

/** Properties that nothing here reads: what a role may do is proved on the template, by tests of its own. */
export const UNREAD: Readonly<Record<string, string>> = { 'AWS::IAM::Role': 'Policies' };

interface Creation<Properties> {
  readonly account: SimulatedAccount;
  readonly region: string;
  /** Folders of the assets in the cloud assembly, by the name of their archive without its ending. */
  readonly assets: ReadonlyMap<string, string>;
  /** Physical id. */
  readonly id: string;
  readonly properties: Properties;
  readonly confirmed: boolean;
}

/** How each type is created, in the order in which the types depend on each other. */
export const CREATORS: Readonly<Record<string, (creation: Creation<never>) => void>> = {
  'AWS::IAM::Role': createRole,
  'AWS::S3::Bucket': createBucket,
  'AWS::SNS::Topic': createTopic,
  'AWS::SNS::TopicPolicy': setTopicPolicy,
  'AWS::Lambda::Function': createFunction,
  'AWS::Lambda::EventInvokeConfig': configureInvocation,
  'AWS::Lambda::Permission': permitInvocation,
  'AWS::SNS::Subscription': subscribe,
  'AWS::Budgets::Budget': createBudget,
};

function createRole({
  account,
  id,
  properties,
}: Creation<{ readonly AssumeRolePolicyDocument: unknown }>): void {
  const name = id.split('/').at(-1) ?? id;
  account.iam.createRole(name, 'cloudformation', JSON.stringify(properties.AssumeRolePolicyDocument));
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

function createTopic({ account, region, id, properties }: Creation<{ readonly DisplayName?: string }>): void {
  const { DisplayName = '' } = properties;
  account.sns.topics.create(region, id.split(':').at(-1) ?? id, { DisplayName });
}

function setTopicPolicy({
  account,
  properties: { Topics, PolicyDocument },
}: Creation<{ readonly Topics: readonly string[]; readonly PolicyDocument: unknown }>): void {
  for (const topic of Topics)
    account.sns.topics.require(topic).attributes.set('Policy', JSON.stringify(PolicyDocument));
}

interface FunctionProperties {
  readonly Code: { readonly S3Key: string };
  readonly Role: string;
  readonly Handler: string;
  readonly Runtime: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly Architectures?: readonly ('x86_64' | 'arm64')[];
  readonly DeadLetterConfig?: { readonly TargetArn: string };
  readonly LoggingConfig?: { readonly LogGroup?: string };
  readonly ReservedConcurrentExecutions?: number;
}

function createFunction({ account, region, assets, id, properties }: Creation<FunctionProperties>): void {
  const asset = properties.Code.S3Key.replace(/\.zip$/, '');
  const root = assets.get(asset);
  if (!root || !existsSync(root)) throw new Error(`the function's asset ${asset} is not in the assembly`);
  account.functions.create(id, {
    arn: `arn:aws:lambda:${region}:${account.accountId}:function:${id}`,
    role: properties.Role,
    region,
    timeoutSeconds: properties.Timeout ?? 3,
    memoryMb: properties.MemorySize ?? 128,
    environment: properties.Environment?.Variables ?? {},
    root,
    handler: properties.Handler,
    ...optionsOf(properties),
    // The asset's name is the SHA-256 of its source; the archive that Lambda would hash is never made.
    codeSha256: Buffer.from(asset, 'hex').toString('base64'),
  });
}

/** What the function is created with only if the template says so. */
function optionsOf(properties: FunctionProperties) {
  const { Runtime, Architectures, DeadLetterConfig, LoggingConfig, ReservedConcurrentExecutions } =
    properties;
  const architecture = Architectures?.[0];
  const deadLetterArn = DeadLetterConfig?.TargetArn;
  const logGroup = LoggingConfig?.LogGroup;
  const reservedConcurrency = ReservedConcurrentExecutions;
  return {
    runtime: Runtime,
    ...(architecture === undefined ? {} : { architecture }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(logGroup === undefined ? {} : { logGroup }),
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
  };
}

function configureInvocation({
  account,
  properties,
}: Creation<{
  readonly FunctionName: string;
  readonly MaximumRetryAttempts: number;
  readonly MaximumEventAgeInSeconds: number;
}>): void {
  const deployed = account.functions.get(properties.FunctionName);
  account.functions.create(properties.FunctionName, {
    ...deployed,
    maximumRetryAttempts: properties.MaximumRetryAttempts,
    maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
  });
}

/** Only the permission that SNS needs is understood. */
function permitInvocation({
  account,
  properties: { FunctionName, Principal, SourceArn, Action },
}: Creation<Readonly<Record<'FunctionName' | 'Principal' | 'SourceArn' | 'Action', string>>>): void {
  if (Principal !== 'sns.amazonaws.com' || Action !== 'lambda:InvokeFunction' || !SourceArn)
    throw new Error(`a permission for ${Principal} to ${Action} is not simulated`);
  account.sns.allowInvoke(FunctionName, SourceArn);
}

function subscribe({
  account,
  confirmed,
  properties: { TopicArn, Protocol, Endpoint },
}: Creation<Readonly<Record<'TopicArn' | 'Protocol' | 'Endpoint', string>>>): void {
  const subscription = account.sns.topics.subscribe(TopicArn, Protocol, Endpoint);
  if (confirmed) subscription.confirmed = true;
}

/** Through the API's own operation, which refuses what AWS would refuse. */
function createBudget({
  account,
  region,
  properties: { Budget, NotificationsWithSubscribers },
}: Creation<Pick<CreateBudgetRequest, 'Budget' | 'NotificationsWithSubscribers'>>): void {
  const { accountId, timeline, services } = account;
  const principal = { kind: 'role', name: 'cloudformation', arn: '', accessKeyId: '' } as const;
  const context: CallContext = { region, now: timeline.now(), principal };
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
