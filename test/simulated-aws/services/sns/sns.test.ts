import type * as api from '@aws-sdk/client-sns';
import { beforeEach, expect } from 'vitest';
import { Random } from '../../../../simulated-aws/core/random.ts';
import type { Operations, Principal } from '../../../../simulated-aws/core/service.ts';
import { ResourcePolicies } from '../../../../simulated-aws/services/lambda/resource-policy.ts';
import { SNS_BEHAVIOURS } from '../../../../simulated-aws/services/sns/behaviours.ts';
import { snsOperations } from '../../../../simulated-aws/services/sns/operations.ts';
import { Sns } from '../../../../simulated-aws/services/sns/sns.ts';
import { Sqs } from '../../../../simulated-aws/services/sqs/sqs.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

const ACCOUNT = '111122223333';
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:engine`;

let timeline: Timeline;
let sns: Sns;
let permissions: ResourcePolicies;
let operations: Operations;
let topic: string;
let events: { readonly to: string; readonly event: unknown; readonly at: number }[];

beforeEach(() => {
  timeline = new Timeline(Date.UTC(2026, 10, 21));
  events = [];
  const invokeAsync = (to: string, event: unknown) => events.push({ to, event, at: timeline.now() });
  const random = new Random(7);
  permissions = new ResourcePolicies();
  const sqs = new Sqs({ timeline, random, accountId: ACCOUNT });
  sns = new Sns({ timeline, random, accountId: ACCOUNT, functions: { invokeAsync }, permissions, sqs });
  operations = snsOperations(sns);
  topic = sns.topics.create('us-east-1', 'alarm');
});

const subscribe = (Protocol: string, Endpoint: string) =>
  call<api.SubscribeResponse>(operations, 'Subscribe', { TopicArn: topic, Protocol, Endpoint });
const publish = (Message = 'hello', more: object = {}) =>
  call<api.PublishResponse>(operations, 'Publish', { TopicArn: topic, Message, ...more });
const allowInvoke = (sourceArn: string) =>
  permissions.add(FUNCTION, { statementId: sourceArn, principal: 'sns.amazonaws.com', sourceArn });
const deliver = () => timeline.advanceTo(timeline.now() + 1_000);
const setPolicy = (...Statement: object[]) =>
  call(operations, 'SetTopicAttributes', {
    TopicArn: topic,
    AttributeName: 'Policy',
    AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement }),
  });

const BUDGETS = {
  kind: 'service' as const,
  service: 'budgets.amazonaws.com',
  sourceArn: `arn:aws:budgets::${ACCOUNT}:budget/mine`,
  sourceAccount: ACCOUNT,
};
const publishAs = (publisher: typeof BUDGETS) => () => sns.publishAs(publisher, topic, 'over');

behaviour(SNS_BEHAVIOURS, 'sns-create-twice', () => {
  subscribe('email', 'me@example.com');
  const again = call<api.CreateTopicResponse>(operations, 'CreateTopic', { Name: 'alarm' });
  expect(again.TopicArn).toBe(topic);
  expect(sns.topics.require(topic).subscriptions.size).toBe(1);
});

behaviour(SNS_BEHAVIOURS, 'sns-email-pending', () => {
  const shown = () =>
    call<api.ListSubscriptionsByTopicResponse>(operations, 'ListSubscriptionsByTopic', { TopicArn: topic })
      .Subscriptions?.[0]?.SubscriptionArn;
  expect(subscribe('email', 'me@example.com').SubscriptionArn).toBe('pending confirmation');
  publish();
  deliver();
  expect([sns.deliveries.length, shown()]).toEqual([0, 'PendingConfirmation']);
  sns.topics.confirm('me@example.com');
  publish('again', { Subject: 'Listen' });
  deliver();
  expect(shown()).toMatch(new RegExp(`^${topic}:`));
  expect(sns.deliveries).toMatchObject([
    { topicArn: topic, protocol: 'email', endpoint: 'me@example.com', subject: 'Listen', message: 'again' },
  ]);
});

behaviour(SNS_BEHAVIOURS, 'sns-function-event', () => {
  const { SubscriptionArn } = subscribe('lambda', FUNCTION);
  allowInvoke(topic);
  const { MessageId } = publish('over', { Subject: 'Budget' });
  deliver();
  expect(events.map(({ to }) => to)).toEqual([FUNCTION]);
  expect(events[0]?.event).toEqual({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: SubscriptionArn,
        Sns: expect.objectContaining({
          Type: 'Notification',
          MessageId,
          TopicArn: topic,
          Subject: 'Budget',
          Message: 'over',
          Timestamp: '2026-11-21T00:00:00.000Z',
        }),
      },
    ],
  });
});

behaviour(SNS_BEHAVIOURS, 'sns-function-permission', () => {
  subscribe('lambda', FUNCTION);
  allowInvoke(`${topic}-other`);
  publish();
  deliver();
  expect([events.length, sns.deliveries.length]).toEqual([0, 0]);
  expect(sns.undelivered).toMatchObject([{ endpoint: FUNCTION, topicArn: topic }]);
});

behaviour(SNS_BEHAVIOURS, 'sns-delivery-time', () => {
  subscribe('lambda', FUNCTION);
  allowInvoke(topic);
  const publishedAt = timeline.now();
  publish();
  deliver();
  expect(events.map(({ at }) => at - publishedAt)).toEqual([30]);
});

behaviour(SNS_BEHAVIOURS, 'sns-service-needs-allow', () => {
  expect(refusal(publishAs(BUDGETS))).toBe('AuthorizationError');
  setPolicy({
    Effect: 'Allow',
    Principal: { Service: 'budgets.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topic,
    Condition: {
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
      ArnLike: { 'aws:SourceArn': `arn:aws:budgets::${ACCOUNT}:*` },
    },
  });
  expect(refusal(publishAs(BUDGETS))).toBe('none');
  for (const other of [
    { service: 'cloudwatch.amazonaws.com' },
    { sourceAccount: '999999999999' },
    { sourceArn: 'arn:aws:budgets::999999999999:budget/theirs' },
  ])
    expect(refusal(publishAs({ ...BUDGETS, ...other }))).toBe('AuthorizationError');
});

behaviour(SNS_BEHAVIOURS, 'sns-deny-wins', () => {
  const root: Principal = {
    kind: 'root',
    name: 'root',
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    accessKeyId: '',
  };
  const asRoot = () => call(operations, 'Publish', { TopicArn: topic, Message: '.' }, { principal: root });
  setPolicy({ Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe', Resource: topic });
  expect([refusal(() => publish()), refusal(asRoot)]).toEqual(['none', 'none']);
  const everybody = { Principal: { AWS: '*' }, Action: 'sns:Publish', Resource: topic };
  setPolicy(
    { Effect: 'Allow', ...everybody },
    { Effect: 'Deny', ...everybody, Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } } },
  );
  expect([refusal(() => publish()), refusal(asRoot)]).toEqual(['AuthorizationError', 'AuthorizationError']);
  expect(refusal(publishAs(BUDGETS))).toBe('none');
});

behaviour(SNS_BEHAVIOURS, 'sns-negated-condition', () => {
  const everybody = { Principal: '*', Action: 'sns:Publish', Resource: topic };
  const deny = (Condition: object) =>
    setPolicy({ Effect: 'Allow', ...everybody }, { Effect: 'Deny', ...everybody, Condition });
  deny({ StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }); // a service has no such key
  expect([refusal(() => publish()), refusal(publishAs(BUDGETS))]).toEqual(['none', 'AuthorizationError']);
  deny({ StringEquals: { 'aws:SourceAccount': ACCOUNT } }); // a principal has no such key
  expect([refusal(() => publish()), refusal(publishAs(BUDGETS))]).toEqual(['none', 'AuthorizationError']);
});

behaviour(SNS_BEHAVIOURS, 'sns-unknown-policy', () => {
  const deny = { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: topic };
  setPolicy({ ...deny, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
  expect(() => publish()).toThrow('IpAddress');
  setPolicy({ ...deny, NotPrincipal: { AWS: ACCOUNT } });
  expect(() => publish()).toThrow('NotPrincipal');
});

behaviour(SNS_BEHAVIOURS, 'sns-limits', () => {
  const fits = 'é'.repeat(131_072);
  expect(refusal(() => publish(fits, { Subject: 'x'.repeat(100) }))).toBe('none');
  for (const [message, subject] of [
    [`${fits}.`, 'fine'],
    ['', 'fine'],
    ['fine', 'x'.repeat(101)],
    ['fine', 'two\nlines'],
  ])
    expect(refusal(() => publish(message, { Subject: subject }))).toBe('InvalidParameter');
});

behaviour(SNS_BEHAVIOURS, 'sns-subscription-pages', () => {
  for (let reader = 0; reader < 250; reader++) subscribe('email', `reader-${reader}@example.com`);
  const page = (NextToken?: string) =>
    call<api.ListSubscriptionsByTopicResponse>(operations, 'ListSubscriptionsByTopic', {
      TopicArn: topic,
      NextToken,
    });
  const [first, second] = [page(), page('100')];
  const third = page(second.NextToken);
  const pages = [first, second, third].map(({ Subscriptions = [] }) =>
    Subscriptions.map((one) => one.Endpoint),
  );
  expect(pages.map((one) => one.length)).toEqual([100, 100, 50]);
  expect(new Set(pages.flat()).size).toBe(250);
  expect([first.NextToken, third.NextToken]).toEqual(['100', undefined]);
});

behaviour(SNS_BEHAVIOURS, 'sns-unsubscribe', () => {
  const { SubscriptionArn } = subscribe('lambda', FUNCTION);
  allowInvoke(topic);
  call(operations, 'Unsubscribe', { SubscriptionArn });
  publish();
  deliver();
  expect(events).toEqual([]);
  call(operations, 'DeleteTopic', { TopicArn: topic });
  expect(refusal(() => publish())).toBe('NotFound');
});
