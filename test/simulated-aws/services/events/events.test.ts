import type * as api from '@aws-sdk/client-eventbridge';
import { beforeEach, expect } from 'vitest';
import { EVENTS_BEHAVIOURS } from '../../../../simulated-aws/services/events/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, REGION, stackAccount } from '../../stack-account.ts';
import { call, refusal } from '../iam/call.ts';

let setup: ReturnType<typeof stackAccount>;

beforeEach(() => {
  setup = stackAccount();
});

const send = <Output>(operation: string, input: object, region = REGION) =>
  call<Output>(setup.account.services['events'], operation, input, { region });
const PATTERN = '{"source":["aws.guardduty"]}';
const putRule = (Name = 'rule', more: object = {}, region = REGION) =>
  send<api.PutRuleResponse>('PutRule', { Name, EventPattern: PATTERN, ...more }, region).RuleArn ?? '';
const target = (Arn: string, more: object = {}) =>
  send('PutTargets', { Rule: 'rule', Targets: [{ Id: 'one', Arn, ...more }] });
const emit = (region = REGION) =>
  setup.account.events.emit(region, {
    source: 'aws.guardduty',
    detailType: 'GuardDuty Finding',
    detail: { type: 'Recon', severity: 8, resource: { a: 'b "c"' } },
  });
const allow = (SourceArn: string) =>
  setup.account.permissions.add('engine', {
    statementId: 'events',
    principal: 'events.amazonaws.com',
    sourceArn: SourceArn,
  });

/** A topic with a reader; with a policy that lets EventBridge publish, or with none. */
function topic(isAllowed = true): string {
  const { sns } = setup.account;
  const arn = sns.topics.create(REGION, 'alarm');
  sns.topics.subscribe(arn, 'email', 'me@example.com').confirmed = true;
  const Statement = isAllowed
    ? [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: arn,
        },
      ]
    : [];
  sns.topics.require(arn).attributes.set('Policy', JSON.stringify({ Statement }));
  return arn;
}
const mails = () => setup.account.sns.deliveries.map(({ message, subject }) => ({ message, subject }));

behaviour(EVENTS_BEHAVIOURS, 'events-region', () => {
  const { engine, wait, received } = setup;
  allow(putRule());
  target(engine.arn);
  emit('eu-west-1');
  wait(MINUTE);
  expect(received()).toEqual([]);
  send('DisableRule', { Name: 'rule' });
  emit();
  wait(MINUTE);
  expect(received()).toEqual([]);
  send('EnableRule', { Name: 'rule' });
  emit();
  wait(MINUTE);
  expect(received()).toHaveLength(1);
});

behaviour(EVENTS_BEHAVIOURS, 'events-delivery-time', () => {
  allow(putRule());
  target(setup.engine.arn);
  emit();
  setup.wait(MINUTE);
  expect(setup.received().map(({ at }) => at)).toEqual([500]);
});

behaviour(EVENTS_BEHAVIOURS, 'events-function', () => {
  const { account, engine, wait, received } = setup;
  const arn = putRule();
  allow(`${arn}-other`);
  target(engine.arn);
  emit();
  wait(MINUTE);
  expect([received(), account.events.undelivered.length]).toEqual([[], 1]);
  account.permissions.remove('engine', 'events');
  allow(arn);
  const event = emit();
  wait(MINUTE);
  expect(received()[0]?.event).toEqual(event);
  expect(event).toMatchObject({
    version: '0',
    'detail-type': 'GuardDuty Finding',
    account: '111122223333',
    time: '2026-11-21T00:01:00Z',
    region: REGION,
    resources: [],
  });
});

behaviour(EVENTS_BEHAVIOURS, 'events-topic', () => {
  putRule();
  target(topic(false));
  emit();
  setup.wait(MINUTE);
  expect([mails(), setup.account.events.undelivered.length]).toEqual([[], 1]);
  target(topic());
  const event = emit();
  setup.wait(MINUTE);
  expect(mails()).toEqual([{ message: JSON.stringify(event), subject: undefined }]);
});

behaviour(EVENTS_BEHAVIOURS, 'events-dead-letter', () => {
  const { account, engine, queue, wait } = setup;
  allow(putRule());
  target(engine.arn, { DeadLetterConfig: { Arn: queue.arn } });
  account.functions.delete('engine');
  const event = emit();
  wait(60 * MINUTE);
  expect(queue.messages.map(({ body }) => JSON.parse(body))).toEqual([event]);
  expect(account.events.undelivered).toMatchObject([{ targetArn: engine.arn }]);
});

behaviour(EVENTS_BEHAVIOURS, 'events-transformer', () => {
  const rule = putRule();
  const arn = topic();
  const messageOf = (InputTemplate: string) => {
    const InputPathsMap = { type: '$.detail.type', gone: '$.detail.gone.a', all: '$.detail.resource' };
    target(arn, { InputTransformer: { InputPathsMap, InputTemplate } });
    emit();
    setup.wait(MINUTE);
    return mails().at(-1)?.message;
  };
  expect(messageOf('"a <type> finding <gone>from <aws.events.rule-name>"')).toBe(
    '"a Recon finding from rule"',
  );
  expect(messageOf('{"type":<type>,"in":<all>,"text":"<all>","of":"<aws.events.rule-arn>"}')).toBe(
    `{"type":"Recon","in":{"a":"b \\"c\\""},"text":"{a:b c}","of":"${rule}"}`,
  );
  expect(messageOf('{"unknown":"<other>"}')).toBe('{"unknown":"<other>"}');
});

behaviour(EVENTS_BEHAVIOURS, 'events-forward', () => {
  const { account, engine, role, wait, received } = setup;
  const west = 'us-west-2';
  allow(putRule());
  target(engine.arn);
  putRule('rule', {}, west);
  const Arn = `arn:aws:events:${REGION}:111122223333:event-bus/default`;
  send('PutTargets', { Rule: 'rule', Targets: [{ Id: 'home', Arn, RoleArn: role }] }, west);
  const event = emit(west);
  wait(MINUTE);
  expect(received()).toEqual([{ event, at: 1_000 }]);
  expect(event.region).toBe(west);
  account.iam.roleDirectory.delete('engine-role');
  emit(west);
  wait(MINUTE);
  expect([received().length, account.events.undelivered.length]).toEqual([1, 1]);
});

behaviour(EVENTS_BEHAVIOURS, 'events-put-events', () => {
  allow(putRule('rule', { EventPattern: '{"source":["aws.guardduty","mine"]}' }));
  target(setup.engine.arn);
  const entry = { DetailType: 'GuardDuty Finding', Detail: '{"severity":9}' };
  const answer = send<api.PutEventsResponse>('PutEvents', {
    Entries: [
      { ...entry, Source: 'aws.guardduty' },
      { ...entry, Source: 'mine' },
      { ...entry, Source: 'mine', Detail: 'no' },
    ],
  });
  expect(answer.FailedEntryCount).toBe(2);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    'NotAuthorizedForSourceException',
    undefined,
    'MalformedDetail',
  ]);
  setup.wait(MINUTE);
  expect(setup.received().map(({ event }) => (event as { source: string }).source)).toEqual(['mine']);
});

behaviour(EVENTS_BEHAVIOURS, 'events-rules-listed', () => {
  for (let rule = 0; rule < 250; rule++) putRule(`rule-${String(rule).padStart(3, '0')}`);
  putRule('other', { State: 'DISABLED', Description: 'hm' });
  const page = (input: object) => send<api.ListRulesResponse>('ListRules', input);
  const pages = [page({}), page({ NextToken: '100' }), page({ NextToken: '200' })];
  expect(pages.map(({ Rules, NextToken }) => [Rules?.length, NextToken])).toEqual([
    [100, '100'],
    [100, '200'],
    [51, undefined],
  ]);
  expect(page({ NamePrefix: 'rule-00', Limit: 4 })).toMatchObject({ Rules: { length: 4 }, NextToken: '4' });
  const describeRule = (Name: string) => send<api.DescribeRuleResponse>('DescribeRule', { Name });
  expect(describeRule('other')).toMatchObject({
    State: 'DISABLED',
    Description: 'hm',
    EventPattern: PATTERN,
  });
  expect(refusal(() => describeRule('none'))).toBe('ResourceNotFoundException');
  expect(page({ NamePrefix: 'none' }).Rules).toEqual([]);
});

behaviour(EVENTS_BEHAVIOURS, 'events-delete-rule', () => {
  allow(putRule());
  target(setup.engine.arn);
  const remove = () => refusal(() => send('DeleteRule', { Name: 'rule' }));
  expect(remove()).toBe('ValidationException');
  expect(send('ListTargetsByRule', { Rule: 'rule' })).toMatchObject({ Targets: [{ Id: 'one' }] });
  send('RemoveTargets', { Rule: 'rule', Ids: ['one'] });
  expect([remove(), remove()]).toEqual(['none', 'none']);
  emit();
  setup.wait(MINUTE);
  expect(setup.received()).toEqual([]);
});
