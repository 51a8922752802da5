import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** A function with what invokes it and what watches it, in the words that CDK writes. */
const RESOURCES = {
  FunctionRole: trust('lambda.amazonaws.com'),
  ScheduleRole: trust('scheduler.amazonaws.com'),
  Failed: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Journal: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
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
      ...{ Timeout: 900, Environment: { Variables: { JOURNAL: { Ref: 'Journal' } } } },
    },
  },
  Signal: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'Guards-threat',
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
      Name: 'Guards-tamper',
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
      ...{ Name: 'Guards-tick', GroupName: 'default', ScheduleExpression: 'rate(5 minutes)' },
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
      ...{ AlarmName: 'Guards-failed', AlarmActions: [{ Ref: 'Report' }], Threshold: 1 },
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum' },
      Dimensions: dimension('QueueName', { 'Fn::GetAtt': ['Failed', 'QueueName'] }),
      ...{ Period: 60, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    },
  },
  Deny: { Type: 'AWS::Budgets::BudgetsAction' },
};

/** Where the assembly's stack belongs. */
export const REGION = 'us-east-1';

/**
 * Writes a cloud assembly with the stack `Guards` into a folder and returns its own folder.
 * @param more resources beside those of the stack.
 */
export function writeAssembly(folder: string, more: object = {}): string {
  const assembly = join(folder, 'cdk.out');
  mkdirSync(join(assembly, 'asset.aa'), { recursive: true });
  const write = (file: string, content: object) =>
    writeFileSync(join(assembly, file), JSON.stringify(content));
  write('manifest.json', { artifacts: { Guards: { environment: `aws://unknown-account/${REGION}` } } });
  write('Guards.assets.json', { files: { aa: { source: { path: 'asset.aa' } } } });
  write('Guards.template.json', {
    Resources: { ...RESOURCES, ...more },
    // Source: CloudFormation's reference of AWS::IAM::Role, "Return values".
    Outputs: {
      Queue: { Value: { Ref: 'Failed' } },
      Role: { Value: { Ref: 'FunctionRole' } },
      Function: { Value: { Ref: 'Function' } },
      Bucket: { Value: { Ref: 'Journal' } },
      Topic: { Value: { Ref: 'Report' } },
    },
  });
  return assembly;
}
