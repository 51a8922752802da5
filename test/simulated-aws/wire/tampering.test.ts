import {
  type Budget,
  BudgetsClient,
  DeleteSubscriberCommand,
  type Notification,
  type Subscriber,
  UpdateBudgetCommand,
} from '@aws-sdk/client-budgets';
import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DisableRuleCommand, EventBridgeClient, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteRolePolicyCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteBucketCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { inVirtualTime, wireAccount } from './wire-account.ts';

const REGION = 'us-east-1';
const FunctionName = 'engine';
const ALLOW = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** An account with a stack's function, what invokes it and what watches it, and a trail. */
function guardedAccount() {
  const { account, config, endpoint } = wireAccount();
  const { accountId, iam, functions, permissions, sns, sqs, s3, events, scheduler, cloudWatch, budgets } =
    account;
  account.cloudTrail.enableTrail();
  const role = iam.createRole('engine-role').arn;
  iam.roleDirectory.putInline('engine-role', 'Own', ALLOW);
  const { arn } = functions.create(FunctionName, {
    arn: `arn:aws:lambda:${REGION}:${accountId}:function:engine`,
    ...{ role, region: REGION, timeoutSeconds: 900, memoryMb: 512, environment: {}, root: '/nowhere' },
    ...{ handler: 'index.handler', codeSha256: 'Zm9v' },
  });
  permissions.add(FunctionName, { statementId: 'topic', principal: 'sns.amazonaws.com' });
  const topic = sns.topics.create(REGION, 'alarm');
  sqs.create(REGION, 'dead-letters');
  s3.createBucket('journal', REGION);
  events
    .putRule(REGION, { name: 'signal', patternText: '{"source":["aws.health"]}' })
    .targets.set('one', { Id: 'one', Arn: arn });
  scheduler.create(REGION, {
    ...{ Name: 'tick', ScheduleExpression: 'rate(5 minutes)', FlexibleTimeWindow: { Mode: 'OFF' } },
    ...{ Target: { Arn: arn, RoleArn: role }, State: 'DISABLED' },
  });
  cloudWatch.putAlarm(REGION, {
    ...{ AlarmName: 'errors', Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum', Period: 60 },
    ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
  });
  budgets.budgets.set('mine', {
    definition: { BudgetName: 'mine', TimeUnit: 'MONTHLY', BudgetType: 'COST' },
    createdAt: account.timeline.now(),
    notifications: [],
  });
  const whileTimePasses = <T>(work: Promise<T>) => inVirtualTime(account.timeline, work);
  const recorded = () => {
    account.timeline.advanceTo(account.timeline.now() + 60_000);
    endpoint.refuseDefects();
    return account.events.seen
      .filter((event) => event['detail-type'] === 'AWS API Call via CloudTrail')
      .map(({ detail }) => detail['eventName']);
  };
  return { account, config, topic, whileTimePasses, recorded };
}

describe('somebody who takes a stack apart over the wire', () => {
  it('changes, throttles and deletes the function, and takes its permission', async () => {
    const { account, config, whileTimePasses, recorded } = guardedAccount();
    const client = new LambdaClient(config);
    const { CodeSha256 } = await whileTimePasses(
      client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: Buffer.from('x') })),
    );
    expect(account.functions.get(FunctionName).codeSha256).toBe(CodeSha256);
    await whileTimePasses(
      client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
    );
    expect(account.functions.get(FunctionName).reservedConcurrency).toBe(0);
    await whileTimePasses(client.send(new RemovePermissionCommand({ FunctionName, StatementId: 'topic' })));
    expect(account.permissions.of(FunctionName)).toEqual([]);
    await whileTimePasses(client.send(new DeleteFunctionCommand({ FunctionName })));
    expect([...account.functions.all()]).toEqual([]);
    expect(recorded()).toEqual([
      'UpdateFunctionCode20150331v2',
      'PutFunctionConcurrency20171031',
      'RemovePermission20150331v2',
      'DeleteFunction20150331',
    ]);
  });

  it('turns off rule, schedule and alarm', async () => {
    const { account, config, whileTimePasses, recorded } = guardedAccount();
    const events = new EventBridgeClient(config);
    await whileTimePasses(events.send(new DisableRuleCommand({ Name: 'signal' })));
    await whileTimePasses(events.send(new RemoveTargetsCommand({ Rule: 'signal', Ids: ['one'] })));
    const { state, targets } = account.events.require(REGION, 'signal');
    expect([state, targets.size]).toEqual(['DISABLED', 0]);
    const scheduler = new SchedulerClient(config);
    const schedule = await whileTimePasses(scheduler.send(new GetScheduleCommand({ Name: 'tick' })));
    expect(schedule).toMatchObject({
      State: 'DISABLED',
      Target: { RoleArn: expect.stringContaining('engine-role') },
    });
    await whileTimePasses(scheduler.send(new DeleteScheduleCommand({ Name: 'tick' })));
    await expect(
      whileTimePasses(scheduler.send(new GetScheduleCommand({ Name: 'tick' }))),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const cloudWatch = new CloudWatchClient(config);
    const { MetricAlarms } = await whileTimePasses(cloudWatch.send(new DescribeAlarmsCommand({})));
    expect(MetricAlarms).toMatchObject([
      { AlarmName: 'errors', StateValue: 'INSUFFICIENT_DATA', Period: 60 },
    ]);
    expect(MetricAlarms?.[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);
    await whileTimePasses(cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] })));
    await expect(
      whileTimePasses(cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }))),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    expect(account.cloudWatch.in(REGION)).toEqual([]);
    expect(recorded()).toEqual([
      'DisableRule',
      'RemoveTargets',
      'DeleteSchedule',
      'DeleteAlarms',
      'DeleteAlarms',
    ]);
  });

  it('strips the role, and deletes the topic', async () => {
    const { account, config, topic, whileTimePasses, recorded } = guardedAccount();
    const RoleName = 'engine-role';
    const iam = new IAMClient(config);
    await whileTimePasses(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'Own' })));
    await whileTimePasses(iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: ALLOW })));
    expect(account.iam.mayAssume(RoleName, 'lambda.amazonaws.com')).toBe(false);
    await whileTimePasses(new SNSClient(config).send(new DeleteTopicCommand({ TopicArn: topic })));
    expect(account.sns.topics.byArn.size).toBe(0);
    expect(recorded()).toEqual(['DeleteRolePolicy', 'UpdateAssumeRolePolicy', 'DeleteTopic']);
  });

  it('raises the budget, and expires, locks and deletes the bucket', async () => {
    const { account, config, whileTimePasses, recorded } = guardedAccount();
    const AccountId = account.accountId;
    const budgets = new BudgetsClient(config);
    const NewBudget: Budget = {
      BudgetName: 'mine',
      TimeUnit: 'MONTHLY',
      BudgetType: 'COST',
      BudgetLimit: { Amount: '1000000', Unit: 'USD' },
    };
    await whileTimePasses(budgets.send(new UpdateBudgetCommand({ AccountId, NewBudget })));
    expect(account.budgets.require('mine').definition.BudgetLimit?.Amount).toBe('1000000');
    const Subscriber: Subscriber = { SubscriptionType: 'EMAIL', Address: 'me@example.com' };
    const Notification: Notification = {
      NotificationType: 'ACTUAL',
      ComparisonOperator: 'GREATER_THAN',
      Threshold: 1,
    };
    const subscriber = { AccountId, BudgetName: 'mine', Subscriber, Notification };
    await expect(
      whileTimePasses(budgets.send(new DeleteSubscriberCommand(subscriber))),
    ).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    const s3 = new S3Client(config);
    const Bucket = 'journal';
    const Rules: LifecycleRule[] = [{ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }];
    const expiring = { Bucket, LifecycleConfiguration: { Rules } };
    await whileTimePasses(s3.send(new PutBucketLifecycleConfigurationCommand(expiring)));
    expect(account.s3.require(Bucket).lifecycle).toMatchObject([{ Expiration: { Days: 1 } }]);
    const Policy = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}';
    await whileTimePasses(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })));
    expect(account.s3.require(Bucket).policy).toBe(Policy);
    await whileTimePasses(s3.send(new DeleteBucketCommand({ Bucket })));
    expect(account.s3.buckets.size).toBe(0);
    expect(recorded()).toEqual([
      'UpdateBudget',
      'DeleteSubscriber',
      'PutBucketLifecycle',
      'PutBucketPolicy',
      'DeleteBucket',
    ]);
  });

  it('finds the queue of dead letters by name', async () => {
    const { account, config, whileTimePasses } = guardedAccount();
    const sqs = new SQSClient(config);
    const { QueueUrl = '' } = await whileTimePasses(
      sqs.send(new GetQueueUrlCommand({ QueueName: 'dead-letters' })),
    );
    account.sqs.deadLetter(account.sqs.require(QueueUrl).arn, {});
    const { Attributes } = await whileTimePasses(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
    await expect(
      whileTimePasses(sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }))),
    ).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});
