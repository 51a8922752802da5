import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, resource, synthesize } from './synthesis.ts';

const { json } = synthesize();
const schedule = (everyMinutes: 1 | 5 | 15) =>
  resource(synthesize({ tripwire: { everyMinutes } }).json, 'AWS::Scheduler::Schedule')[1].Properties;
const [functionId] = resource(json, 'AWS::Lambda::Function');
const [queueId] = resource(json, 'AWS::SQS::Queue', /Undelivered/);
const [roleId, role] = resource(json, 'AWS::IAM::Role', /Tripwire/);
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe('the schedule', () => {
  it.each([
    [1, 'rate(1 minute)'],
    [5, 'rate(5 minutes)'],
    [15, 'rate(15 minutes)'],
  ] as const)('ticks every %d minutes, on time', (everyMinutes, expression) => {
    expect(schedule(everyMinutes)).toMatchObject({
      Name: 'Killswitch-tick',
      GroupName: 'default',
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    });
  });

  it('invokes the function with a tick, forgets a late one, and keeps what Lambda did not take', () => {
    expect(schedule(5)?.['Target']).toEqual({
      Arn: arnOf(functionId),
      RoleArn: arnOf(roleId),
      Input: '{"action":"tick"}',
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 1 },
      DeadLetterConfig: { Arn: arnOf(queueId) },
    });
  });

  it('has a role for schedules of this account only, that can do nothing else', () => {
    expect(role.Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': ACCOUNT,
                'aws:SourceArn': `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/default`,
              },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: arnOf(functionId) },
              { Action: 'sqs:SendMessage', Effect: 'Allow', Resource: arnOf(queueId) },
            ],
          },
        },
      ],
    });
  });
});

describe('without the tripwire', () => {
  const off = synthesize({ tripwire: { enabled: false } });
  const names = (type: string, property: string) =>
    Object.values(off.json.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties?.[property]);

  it('nothing ticks and no signal is heard, but tampering is', () => {
    off.template.resourceCountIs('AWS::Scheduler::Schedule', 0);
    expect(names('AWS::Events::Rule', 'Name')).toEqual([
      'Killswitch-tamper-function',
      'Killswitch-tamper-topics',
      'Killswitch-tamper-alarms',
      'Killswitch-tamper-triggers',
    ]);
  });

  it('no heartbeat is missed', () => {
    expect(names('AWS::CloudWatch::Alarm', 'AlarmName')).toEqual([
      'Killswitch-errors',
      'Killswitch-throttles',
      'Killswitch-failed-events',
      'Killswitch-undelivered',
    ]);
  });

  it('the function has no schedule to check, and may not look at one', () => {
    const [, { Properties }] = resource(off.json, 'AWS::Lambda::Function');
    expect(Properties).toMatchObject({ Environment: { Variables: { KILLSWITCH_SCHEDULE: '' } } });
    expect(JSON.stringify(resource(off.json, 'AWS::IAM::Role')[1])).not.toMatch(
      /scheduler:|pricing:|guardduty:/,
    );
  });
});
