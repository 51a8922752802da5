import type * as api from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, it } from 'vitest';
import { stateOf } from '../../../../simulated-aws/services/cloudwatch/alarm.ts';
import { CLOUDWATCH_BEHAVIOURS } from '../../../../simulated-aws/services/cloudwatch/behaviours.ts';
import { metricKey } from '../../../../simulated-aws/services/cloudwatch/metrics.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, REGION, START, stackAccount } from '../../stack-account.ts';
import { call, refusal } from '../iam/call.ts';

const DIMENSIONS = [{ Name: 'FunctionName', Value: 'engine' }];

let setup: ReturnType<typeof stackAccount>;
let topic: string;

beforeEach(() => {
  setup = stackAccount();
  const { sns } = setup.account;
  topic = sns.topics.create(REGION, 'report');
  sns.topics.subscribe(topic, 'email', 'me@example.com').confirmed = true;
  allowPublishing('cloudwatch.amazonaws.com');
});

function allowPublishing(Service: string): void {
  const Statement = { Effect: 'Allow', Principal: { Service }, Action: 'sns:Publish', Resource: topic };
  setup.account.sns.topics.require(topic).attributes.set('Policy', JSON.stringify({ Statement }));
}

const send = <Output>(operation: string, input: object) =>
  call<Output>(setup.account.services['monitoring'], operation, input);
const put = (more: Partial<api.PutMetricAlarmInput> = {}) =>
  send('PutMetricAlarm', {
    ...{ AlarmName: 'errors', Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: DIMENSIONS },
    ...{ Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [topic],
    ...more,
  });
const HEARTBEAT = (expression: string): Partial<api.PutMetricAlarmInput> => {
  const metric = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: DIMENSIONS },
      ...{ Period: 300, Stat: 'Sum' },
    },
    ReturnData: false,
  });
  return {
    AlarmName: 'heartbeat',
    ...{ Namespace: undefined, MetricName: undefined, Dimensions: undefined },
    ...{ Statistic: undefined, Period: undefined },
    Metrics: [
      { Id: 'expr_1', Expression: expression, Label: 'Good runs' },
      metric('invocations', 'Invocations'),
      metric('errors', 'Errors'),
    ],
    EvaluationPeriods: 3,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  };
};
const describeAlarms = (input: api.DescribeAlarmsInput = {}) =>
  send<api.DescribeAlarmsOutput>('DescribeAlarms', input);
const state = (name = 'errors') => describeAlarms({ AlarmNames: [name] }).MetricAlarms?.[0]?.StateValue;
const add = (MetricName: string, value: number, at = setup.account.timeline.now()) =>
  setup.account.cloudWatch.metrics.add(metricKey(REGION, 'AWS/Lambda', MetricName, DIMENSIONS), at, value);
const subjects = () => setup.account.sns.deliveries.map(({ subject }) => subject);

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-initial', () => {
  put();
  expect(state()).toBe('INSUFFICIENT_DATA');
  setup.wait(2 * MINUTE);
  expect(state()).toBe('OK');
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-evaluation', () => {
  put({ Period: 300 });
  setup.wait(12 * MINUTE);
  add('Errors', 1);
  setup.wait(4 * MINUTE - 1);
  expect(state()).toBe('OK');
  setup.wait(1);
  expect(state()).toBe('ALARM');
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-missing', () => {
  const of = (TreatMissingData: string, text: string) =>
    stateOf(
      {
        ...{ AlarmName: 'a', EvaluationPeriods: 3, Threshold: 1, TreatMissingData },
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      },
      text.split('').map((sign) => ({ X: 2, 0: 0 })[sign]),
    );
  const row = (text: string) =>
    ['missing', 'ignore', 'breaching', 'notBreaching'].map((how) => of(how, text));
  // The five rows of AWS's own table.
  expect(row('0-X-X')).toEqual(['OK', 'OK', 'OK', 'OK']);
  expect(row('0----')).toEqual(['OK', 'OK', 'OK', 'OK']);
  expect(row('-----')).toEqual(['INSUFFICIENT_DATA', undefined, 'ALARM', 'OK']);
  expect(row('0XX-X')).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
  expect(row('--X--')).toEqual(['ALARM', undefined, 'ALARM', 'OK']);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-lambda-metrics', async () => {
  const { account, live } = setup;
  put();
  put({ AlarmName: 'throttles', MetricName: 'Throttles' });
  put({ AlarmName: 'busy', MetricName: 'Invocations', Threshold: 3 });
  await live(5 * MINUTE);
  account.functions.invokeAsync('engine', {});
  await live(5 * MINUTE);
  expect(['errors', 'throttles', 'busy'].map(state)).toEqual(['OK', 'OK', 'OK']);
  for (const fail of [true, false, false]) account.functions.invokeAsync('engine', { fail });
  await live(2 * MINUTE);
  expect(['errors', 'throttles', 'busy'].map(state)).toEqual(['ALARM', 'OK', 'ALARM']);
  account.functions.create('engine', { ...setup.engine, reservedConcurrency: 0 });
  account.functions.invokeAsync('engine', {});
  await live(2 * MINUTE);
  expect(state('throttles')).toBe('ALARM');
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-late-error', () => {
  put();
  put({ AlarmName: 'long', Period: 900 });
  setup.wait(30 * MINUTE);
  add('Errors', 1, setup.account.timeline.now() - 14 * MINUTE);
  setup.wait(20 * MINUTE);
  expect([state(), state('long')]).toEqual(['OK', 'ALARM']);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-some-of-many', () => {
  put({ AlarmName: 'one of 20', EvaluationPeriods: 20, DatapointsToAlarm: 1 });
  put({ AlarmName: 'two of 20', EvaluationPeriods: 20, DatapointsToAlarm: 2 });
  setup.wait(30 * MINUTE);
  add('Errors', 1, setup.account.timeline.now() - 14 * MINUTE);
  setup.wait(3 * MINUTE);
  expect([state('one of 20'), state('two of 20')]).toEqual(['ALARM', 'OK']);
  setup.wait(30 * MINUTE);
  expect(state('one of 20')).toBe('OK');
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-queue-metric', () => {
  const { account, queue, wait } = setup;
  put({
    ...{ AlarmName: 'failed', Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible' },
    ...{ Dimensions: [{ Name: 'QueueName', Value: queue.name }], Statistic: 'Maximum' },
  });
  put({
    ...{ AlarmName: 'silent', Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible' },
    ...{ Dimensions: [{ Name: 'QueueName', Value: queue.name }], Statistic: 'Maximum' },
    TreatMissingData: 'missing',
  });
  wait(10 * MINUTE);
  expect([state('failed'), state('silent')]).toEqual(['OK', 'INSUFFICIENT_DATA']);
  account.sqs.deadLetter(queue.arn, {});
  wait(8 * 60 * MINUTE);
  expect([state('failed'), state('silent')]).toEqual(['ALARM', 'ALARM']);
  call(account.services['sqs'], 'PurgeQueue', { QueueUrl: queue.url });
  wait(5 * 60 * MINUTE);
  expect([state('failed'), state('silent')]).toEqual(['OK', 'OK']);
  wait(2 * 60 * MINUTE);
  expect([state('failed'), state('silent')]).toEqual(['OK', 'INSUFFICIENT_DATA']);
});

/** A run every five minutes, of which so many fail; then none. */
function ticks(runs: number, failures = 0): void {
  for (let run = 0; run < runs; run++) {
    add('Invocations', 1);
    add('Errors', run < runs - failures ? 0 : 1);
    setup.wait(5 * MINUTE);
  }
}

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-math', () => {
  put(HEARTBEAT('invocations - errors'));
  put({ ...HEARTBEAT('FILL(invocations, 0) - FILL(errors, 0)'), AlarmName: 'filled' });
  ticks(10);
  expect([state('heartbeat'), state('filled')]).toEqual(['OK', 'OK']);
  setup.wait(16 * MINUTE);
  // Zeros count; what is missing does not, as long as the range still holds a good run.
  expect([state('heartbeat'), state('filled')]).toEqual(['OK', 'ALARM']);
  setup.wait(10 * MINUTE);
  expect([state('heartbeat'), state('filled')]).toEqual(['ALARM', 'ALARM']);
  ticks(4);
  expect([state('heartbeat'), state('filled')]).toEqual(['OK', 'OK']);
  ticks(4, 4);
  expect([state('heartbeat'), state('filled')]).toEqual(['ALARM', 'ALARM']);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-fill-nothing', () => {
  put(HEARTBEAT('FILL(invocations, 0) - FILL(errors, 0)'));
  put({
    ...HEARTBEAT('FILL(invocations, 0) - FILL(errors, 0)'),
    AlarmName: 'lax',
    TreatMissingData: 'missing',
  });
  setup.wait(60 * MINUTE);
  expect([state('heartbeat'), state('lax')]).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-notification', () => {
  put({ OKActions: [topic], AlarmDescription: 'The function failed.' });
  setup.wait(5 * MINUTE);
  expect(subjects()).toEqual(['OK: "errors" in US East (N. Virginia)']);
  add('Errors', 2);
  setup.wait(60 * MINUTE);
  expect(subjects().slice(1)).toEqual([
    'ALARM: "errors" in US East (N. Virginia)',
    'OK: "errors" in US East (N. Virginia)',
  ]);
  expect(JSON.parse(setup.account.sns.deliveries[1]?.message ?? '')).toMatchObject({
    AlarmName: 'errors',
    AlarmDescription: 'The function failed.',
    AWSAccountId: '111122223333',
    NewStateValue: 'ALARM',
    OldStateValue: 'OK',
    StateChangeTime: '2026-11-21T00:07:00.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:errors',
    Trigger: { MetricName: 'Errors', Namespace: 'AWS/Lambda', Statistic: 'SUM', Period: 60 },
  });
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-refused', () => {
  allowPublishing('budgets.amazonaws.com');
  put();
  add('Errors', 1);
  setup.wait(5 * MINUTE);
  expect([state(), subjects()]).toEqual(['OK', []]);
  expect(setup.account.cloudWatch.refused).toMatchObject([{ alarm: 'errors', topicArn: topic }]);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-event', () => {
  put();
  add('Errors', 1);
  setup.wait(2 * MINUTE);
  expect(setup.account.events.seen.slice(1)).toMatchObject([
    {
      ...{ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', region: REGION },
      detail: { alarmName: 'errors', state: { value: 'ALARM' } },
    },
  ]);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-actions-disabled', () => {
  put();
  send('DisableAlarmActions', { AlarmNames: ['errors'] });
  add('Errors', 1);
  setup.wait(2 * MINUTE);
  expect([state(), subjects()]).toEqual(['ALARM', []]);
  expect(describeAlarms().MetricAlarms?.[0]?.ActionsEnabled).toBe(false);
  send('EnableAlarmActions', { AlarmNames: ['errors'] });
  setup.wait(10 * MINUTE);
  add('Errors', 1);
  setup.wait(3 * MINUTE);
  expect(subjects()).toEqual(['ALARM: "errors" in US East (N. Virginia)']);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-set-state', () => {
  put();
  setup.wait(10 * MINUTE);
  send('SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
  expect(describeAlarms().MetricAlarms?.[0]).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' });
  setup.wait(2 * MINUTE);
  expect([state(), subjects()]).toEqual(['OK', ['ALARM: "errors" in US East (N. Virginia)']]);
  const missing = { AlarmName: 'none', StateValue: 'OK', StateReason: '.' };
  expect(refusal(() => send('SetAlarmState', missing))).toBe('ResourceNotFound');
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-described', () => {
  for (let alarm = 0; alarm < 120; alarm++) put({ AlarmName: `a-${String(alarm).padStart(3, '0')}` });
  put({ AlarmName: 'b' });
  const pages = [describeAlarms(), describeAlarms({ NextToken: '50' }), describeAlarms({ NextToken: '100' })];
  expect(pages.map(({ MetricAlarms, NextToken }) => [MetricAlarms?.length, NextToken])).toEqual([
    [50, '50'],
    [50, '100'],
    [21, undefined],
  ]);
  expect(describeAlarms({ AlarmNamePrefix: 'b' }).MetricAlarms).toMatchObject([
    { AlarmName: 'b', Threshold: 1 },
  ]);
  expect(describeAlarms({ AlarmNames: ['none'] }).MetricAlarms).toEqual([]);
  expect(describeAlarms({ StateValue: 'ALARM' }).MetricAlarms).toEqual([]);
});

behaviour(CLOUDWATCH_BEHAVIOURS, 'cloudwatch-deleted', () => {
  put();
  put({ AlarmName: 'other' });
  const remove = (...AlarmNames: string[]) => refusal(() => send('DeleteAlarms', { AlarmNames }));
  expect([remove('errors', 'none'), describeAlarms().MetricAlarms?.length]).toEqual(['ResourceNotFound', 2]);
  expect(remove('errors', 'other')).toBe('none');
  add('Errors', 1);
  setup.wait(10 * MINUTE);
  expect(subjects()).toEqual([]);
});

describe('an alarm', () => {
  it('is refused, loudly, where it asks for what is not simulated', () => {
    expect(() => put({ Statistic: 'Average' })).toThrow('Average');
    expect(() => put({ DatapointsToAlarm: 2, EvaluationPeriods: 3, TreatMissingData: 'missing' })).toThrow(
      'M of N',
    );
    expect(() => put(HEARTBEAT('invocations / errors'))).toThrow('not simulated');
    expect(() => put({ AlarmActions: ['arn:aws:lambda:us-east-1:111122223333:function:x'] })).toThrow(
      'action',
    );
  });

  it('is on the timeline only while its state can change', () => {
    put();
    setup.wait(5 * MINUTE);
    expect(setup.account.timeline.next).toBe(START + 8 * 60 * MINUTE); // Budgets' next look
    add('Errors', 1);
    expect(setup.account.timeline.next).toBe(START + 7 * MINUTE);
    setup.wait(20 * MINUTE);
    expect(setup.account.timeline.next).toBe(START + 8 * 60 * MINUTE);
  });
});
