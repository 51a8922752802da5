import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../lambda/env.ts';
import { resolved } from './role-simulation.ts';
import { ACCOUNT, appWith, REGION, resource, synthesize } from './synthesis.ts';

const { template, json } = synthesize();

describe('the function', () => {
  const [, { Properties }] = resource(json, 'AWS::Lambda::Function');

  it('has the size, the time and the runtime that the design asks for, and no reserved concurrency', () => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1024,
      Timeout: 900,
      Handler: 'index.handler',
    });
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('gets the whole environment that it reads, and nothing else', () => {
    const { Environment } = Properties as { readonly Environment: { readonly Variables: unknown } };
    const environment = resolved(Environment.Variables, json, { account: ACCOUNT, region: REGION }) as Record<
      string,
      string
    >;
    expect(new Set(Object.keys(environment))).toEqual(
      new Set([
        'KILLSWITCH_ACCOUNT',
        'KILLSWITCH_STACK',
        'KILLSWITCH_ALARMS',
        'KILLSWITCH_ALARM_TOPIC',
        'KILLSWITCH_BUDGET',
        'KILLSWITCH_CONTROL_TOPIC',
        'KILLSWITCH_JOURNAL_BUCKET',
        'KILLSWITCH_REPORT_TOPIC',
        'KILLSWITCH_RULES',
        'KILLSWITCH_SCHEDULE',
      ]),
    );
    expect(readEnvironment(environment)).toMatchObject({
      account: ACCOUNT,
      budget: json.Outputs?.['BudgetName']?.Value,
      alarmTopic: expect.stringContaining('SpendAlarm'),
      controlTopic: expect.stringContaining('Control'),
      reportTopic: expect.stringContaining('Report'),
    });
  });

  it('is told the names of all that guards it, for its self-check', () => {
    const { Environment } = Properties as { readonly Environment: { readonly Variables: unknown } };
    const read = readEnvironment(
      resolved(Environment.Variables, json, { account: ACCOUNT, region: REGION }) as NodeJS.ProcessEnv,
    );
    const names = (type: string, property: string) =>
      Object.values(json.Resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties: of }) => of?.[property]);
    expect([read.schedule]).toEqual(names('AWS::Scheduler::Schedule', 'Name'));
    expect(read.rules).toEqual(names('AWS::Events::Rule', 'Name'));
    expect(read.alarms).toEqual(names('AWS::CloudWatch::Alarm', 'AlarmName'));
  });

  it('is tried three times within six hours, and keeps what failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
    });
    const [queue] = resource(json, 'AWS::SQS::Queue', /FailedEvents/);
    expect(Properties?.['DeadLetterConfig']).toEqual({ TargetArn: { 'Fn::GetAtt': [queue, 'Arn'] } });
  });

  it('writes to a log group of its own, which ends some day and outlives the stack', () => {
    const [id, log] = resource(json, 'AWS::Logs::LogGroup');
    expect(Properties?.['LoggingConfig']).toEqual({ LogGroup: { Ref: id } });
    expect(log.Properties).toEqual({ RetentionInDays: 90 });
    expect(log.DeletionPolicy).toBe('Retain');
    expect(resource(synthesize({ logRetentionDays: 7 }).json, 'AWS::Logs::LogGroup')[1].Properties).toEqual({
      RetentionInDays: 7,
    });
  });

  it.each([/SpendAlarm/, /Control/])('hears the topic %s, and what it cannot hear is kept', (id) => {
    const [topic] = resource(json, 'AWS::SNS::Topic', id);
    const [queue] = resource(json, 'AWS::SQS::Queue', /Undelivered/);
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'lambda',
      TopicArn: { Ref: topic },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [queue, 'Arn'] } },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: topic },
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'sns.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': { Ref: topic } } },
          }),
        ]),
      },
    });
  });
});

describe('the alarms on our own failures', () => {
  const [report] = resource(json, 'AWS::SNS::Topic', /Report/);
  const all = Object.entries(json.Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');

  it('watch errors, throttles and both dead-letter queues, and report each', () => {
    const alarms = all.filter(([id]) => !/Heartbeat/.test(id)).map(([, alarm]) => alarm);
    expect(alarms.map(({ Properties: alarm }) => alarm?.['MetricName'])).toEqual([
      'Errors',
      'Throttles',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
    ]);
    for (const { Properties: alarm } of alarms)
      expect(alarm).toMatchObject({
        Threshold: 1,
        // A run that fails after a quarter of an hour still rings.
        ...(alarm?.['MetricName'] === 'Errors'
          ? { EvaluationPeriods: 20, DatapointsToAlarm: 1 }
          : { EvaluationPeriods: 1 }),
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmActions: [{ Ref: report }],
      });
  });

  it.each([
    [1, 300],
    [5, 300],
    [15, 900],
  ] as const)(
    'miss the heartbeat of a tick every %d minutes after three silent periods of %d s',
    (every, period) => {
      const { json: ticking } = synthesize({ tripwire: { everyMinutes: every } });
      const [functionId] = resource(ticking, 'AWS::Lambda::Function');
      const metric = (Id: string, MetricName: string) => ({
        Id,
        ReturnData: false,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Lambda',
            MetricName,
            Dimensions: [{ Name: 'FunctionName', Value: { Ref: functionId } }],
          },
          Period: period,
          Stat: 'Sum',
        },
      });
      expect(resource(ticking, 'AWS::CloudWatch::Alarm', /Heartbeat/)[1].Properties).toMatchObject({
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
        Metrics: [
          { Expression: 'FILL(invocations, 0) - FILL(errors, 0)', ReturnData: true },
          metric('invocations', 'Invocations'),
          metric('errors', 'Errors'),
        ],
        AlarmActions: [{ Ref: report }],
        OKActions: [{ Ref: report }],
      });
    },
  );

  it('cost nothing: ten metrics in alarms are free', () => {
    const metrics = all.flatMap(([, { Properties: alarm }]) => {
      const math = (alarm?.['Metrics'] ?? []) as { readonly MetricStat?: unknown }[];
      return alarm?.['MetricName'] ? [alarm] : math.filter(({ MetricStat }) => MetricStat);
    });
    expect(metrics.length).toBeLessThanOrEqual(10);
  });
});

describe('the journal bucket', () => {
  it('is versioned, private, encrypted, ends some day, and outlives the stack', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
        LifecycleConfiguration: {
          Rules: [
            Match.objectLike({ ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 400 } }),
          ],
        },
      },
    });
  });
});

describe('TLS', () => {
  it.each([
    ['AWS::SNS::TopicPolicy', 3],
    ['AWS::SQS::QueuePolicy', 2],
    ['AWS::S3::BucketPolicy', 1],
  ])('is enforced by every %s', (type, count) => {
    const policies = template.findResources(type, {
      Properties: {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      },
    });
    expect(Object.keys(policies)).toHaveLength(count);
  });
});

describe('the stack', () => {
  it('sends the reports to the address', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'me@example.com',
    });
  });

  it('names in its outputs what the command line needs', () => {
    expect(Object.keys(json.Outputs ?? {})).toEqual([
      'FunctionName',
      'AlarmTopicArn',
      'ControlTopicArn',
      'ReportTopicArn',
      'JournalBucketName',
      'BudgetName',
      'EmergencyCommand',
      'NextStep',
    ]);
  });

  it('gives the exact command for an emergency', () => {
    const [id] = resource(json, 'AWS::Lambda::Function');
    expect(json.Outputs?.['EmergencyCommand']?.Value).toEqual({
      'Fn::Join': [
        '',
        [
          `echo '{"action":"fire","hold":true}' | aws lambda invoke --region ${REGION} --function-name `,
          { Ref: id },
          ` --invocation-type Event --payload fileb:///dev/stdin /dev/stdout`,
        ],
      ],
    });
  });

  it('is protected from deletion, unless the settings say otherwise', () => {
    expect(appWith().stack.terminationProtection).toBe(true);
    expect(appWith({ terminationProtection: false }).stack.terminationProtection).toBe(false);
  });

  it('lives in the region of the settings', () => {
    expect(appWith({ region: 'eu-west-1' }).stack.region).toBe('eu-west-1');
  });

  it('has no rule that needs a bootstrap parameter', () => {
    expect(json).not.toHaveProperty('Rules');
    expect(json).not.toHaveProperty('Parameters');
  });
});
