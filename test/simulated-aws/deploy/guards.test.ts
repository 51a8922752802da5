import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect } from 'vitest';
import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { DEPLOY_BEHAVIOURS } from '../../../simulated-aws/deploy/behaviours.ts';
import { deployTemplate } from '../../../simulated-aws/deploy/deploy.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';
import { behaviour } from '../behaviour-test.ts';

const MINUTE = 60_000;
const REGION = 'us-east-1';
const temporary = temporaryFolder('killswitch-sim-guards-');
afterAll(() => temporary.remove());

let account: SimulatedAccount;

beforeEach(() => {
  account = new SimulatedAccount({ startsAt: Date.UTC(2026, 10, 10, 9), seed: 7 });
});

const trust = (Service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service } }] },
    Policies: [
      { PolicyName: 'Own', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'x', Resource: '*' }] } },
    ],
  },
});
const dimension = (Name: string, Value: unknown) => [{ Name, Value }];
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** What the kill switch's guards consist of, in the words that CDK writes. */
const RESOURCES = {
  FunctionRole: trust('lambda.amazonaws.com'),
  ScheduleRole: trust('scheduler.amazonaws.com'),
  Failed: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Report: { Type: 'AWS::SNS::Topic' },
  ReportPolicy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: 'Report' }],
      PolicyDocument: {
        Statement: ['events.amazonaws.com', 'cloudwatch.amazonaws.com'].map((Service) => ({
          ...{ Effect: 'Allow', Principal: { Service }, Action: 'sns:Publish', Resource: { Ref: 'Report' } },
        })),
      },
    },
  },
  Mail: {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      ...{ TopicArn: { Ref: 'Report' }, Protocol: 'email', Endpoint: 'me@example.com' },
      RedrivePolicy: { deadLetterTargetArn: arnOf('Failed') },
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...{ Code: { S3Key: 'aa.zip' }, Role: arnOf('FunctionRole'), Handler: 'index.handler' },
      ...{ Runtime: 'nodejs24.x', DeadLetterConfig: { TargetArn: arnOf('Failed') } },
    },
  },
  Signal: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'Killswitch-threat',
      EventPattern: { source: ['aws.guardduty'], detail: { type: [{ prefix: 'CryptoCurrency:' }] } },
      State: 'ENABLED',
      Targets: [{ Id: 'Target0', Arn: arnOf('Function'), DeadLetterConfig: { Arn: arnOf('Failed') } }],
    },
  },
  SignalInvokes: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      ...{ Action: 'lambda:InvokeFunction', FunctionName: arnOf('Function') },
      ...{ Principal: 'events.amazonaws.com', SourceArn: arnOf('Signal') },
    },
  },
  Tamper: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'Killswitch-tamper',
      EventPattern: {
        detail: {
          requestParameters: {
            functionName: [{ wildcard: { 'Fn::Join': ['', ['*', { Ref: 'Function' }, '*']] } }],
          },
        },
      },
      Targets: [
        {
          ...{ Id: 'Target0', Arn: { Ref: 'Report' } },
          InputTransformer: { InputPathsMap: { n: '$.detail.eventName' }, InputTemplate: '"somebody: <n>"' },
        },
      ],
    },
  },
  Tick: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ...{ Name: 'Killswitch-tick', GroupName: 'default', ScheduleExpression: 'rate(5 minutes)' },
      ...{ FlexibleTimeWindow: { Mode: 'OFF' }, State: 'ENABLED' },
      Target: {
        ...{ Arn: arnOf('Function'), RoleArn: arnOf('ScheduleRole'), Input: '{"action":"tick"}' },
        RetryPolicy: { MaximumRetryAttempts: 1 },
        DeadLetterConfig: { Arn: arnOf('Failed') },
      },
    },
  },
  FailedAlarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ...{ AlarmName: 'Killswitch-failed', AlarmActions: [{ Ref: 'Report' }], Threshold: 1 },
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum' },
      Dimensions: dimension('QueueName', { 'Fn::GetAtt': ['Failed', 'QueueName'] }),
      ...{ Period: 60, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    },
  },
  Deny: { Type: 'AWS::Budgets::BudgetsAction' },
};

/** A cloud assembly with this template, for us-east-1. */
function assembly(): string {
  const folder = join(temporary.path, 'cdk.out');
  mkdirSync(join(folder, 'asset.aa'), { recursive: true });
  const write = (file: string, content: object) => writeFileSync(join(folder, file), JSON.stringify(content));
  write('manifest.json', { artifacts: { Guards: { environment: `aws://unknown-account/${REGION}` } } });
  write('Guards.assets.json', { files: { aa: { source: { path: 'asset.aa' } } } });
  write('Guards.template.json', {
    Resources: RESOURCES,
    // Source: CloudFormation's reference of AWS::IAM::Role, "Return values".
    Outputs: { Queue: { Value: { Ref: 'Failed' } }, Role: { Value: { Ref: 'FunctionRole' } } },
  });
  return folder;
}

behaviour(DEPLOY_BEHAVIOURS, 'deploy-guards', () => {
  const { outputs } = deployTemplate(account, assembly(), { stack: 'Guards' });
  const [{ name = '' } = {}] = account.functions.all();
  expect(outputs.get('Queue')).toMatch(/^https:\/\/sqs\.us-east-1\./);
  expect([...account.iam.roles.keys()]).toContain(outputs.get('Role'));
  account.timeline.advanceTo(account.timeline.now() + 5 * MINUTE);
  expect(account.functions.invocations.map(({ event }) => event)).toEqual([
    { action: 'tick' },
    { action: 'tick' },
  ]);

  const finding = { type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS' };
  account.events.emit(REGION, { source: 'aws.guardduty', detailType: 'GuardDuty Finding', detail: finding });
  const detail = { eventName: 'DeleteFunction20150331', requestParameters: { functionName: name } };
  account.events.emit(REGION, { source: 'aws.lambda', detailType: 'AWS API Call via CloudTrail', detail });
  account.sqs.deadLetter(account.sqs.require(outputs.get('Queue') ?? '').arn, {});
  account.timeline.advanceTo(account.timeline.now() + 3 * MINUTE);
  expect(account.functions.invocations.at(-1)?.event).toMatchObject({ detail: finding });
  expect(account.sns.deliveries.map(({ subject, message }) => subject ?? message)).toEqual([
    '"somebody: DeleteFunction20150331"',
    'ALARM: "Killswitch-failed" in US East (N. Virginia)',
  ]);
  expect([account.events.undelivered, account.scheduler.dropped, account.cloudWatch.refused]).toEqual([
    [],
    [],
    [],
  ]);
  expect(account.scheduler.require(REGION, 'default', 'Killswitch-tick').definition.State).toBe('ENABLED');
});
