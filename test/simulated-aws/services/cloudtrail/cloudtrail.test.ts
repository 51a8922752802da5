import {
  CloudTrailClient,
  type CloudTrailClientConfig,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallContext, Principal } from '../../../../simulated-aws/core/service.ts';
import { CLOUDTRAIL_BEHAVIOURS } from '../../../../simulated-aws/services/cloudtrail/behaviours.ts';
import { DENY_ALL } from '../../../../simulated-aws/services/iam/managed-policies.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, REGION, stackAccount } from '../../stack-account.ts';
import { inVirtualTime, wireAccount } from '../../wire/wire-account.ts';
import { call, refusal } from '../iam/call.ts';

const DAY = 24 * 60 * MINUTE;

let setup: ReturnType<typeof stackAccount>;

beforeEach(() => {
  setup = stackAccount();
});

const send = (service: string, operation: string, input: object, context: Partial<CallContext> = {}) =>
  call<Record<string, unknown>>(setup.account.services[service], operation, input, {
    now: setup.account.timeline.now(),
    ...context,
  });
const records = () =>
  setup.account.events.seen.map(({ source, region, detail }) => ({
    ...{ source, region, detail: detail as Record<string, unknown> },
  }));
/** The details of the events of a call, after the lag. */
function details(...sent: Parameters<typeof send>) {
  setup.account.cloudTrail.enableTrail();
  refusal(() => send(...sent));
  setup.wait(MINUTE);
  return records().map(({ detail }) => detail);
}
const lookup = (input: Partial<LookupEventsCommandInput> = {}, region = REGION) =>
  send('cloudtrail', 'LookupEvents', input, { region }) as {
    Events: { EventName: string; CloudTrailEvent: string; Username: string }[];
    NextToken?: string;
  };
const names = (...asked: Parameters<typeof lookup>) =>
  lookup(...asked).Events.map(({ EventName }) => EventName);

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-needs-trail', () => {
  send('sns', 'CreateTopic', { Name: 'one' });
  setup.wait(MINUTE);
  expect(records()).toEqual([]);
  setup.account.cloudTrail.enableTrail();
  send('sns', 'CreateTopic', { Name: 'two' });
  setup.wait(MINUTE);
  expect(records()).toMatchObject([{ source: 'aws.sns', detail: { requestParameters: { name: 'two' } } }]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-lag', () => {
  setup.account.cloudTrail.enableTrail();
  send('sns', 'CreateTopic', { Name: 'one' });
  setup.wait(5_000 - 1);
  expect(records()).toEqual([]);
  setup.wait(1);
  expect(records()).toHaveLength(1);
  setup.wait(5 * MINUTE - 5_001);
  expect(names()).toEqual([]);
  setup.wait(1);
  expect(names()).toEqual(['CreateTopic']);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-writes-only', () => {
  const { account, wait } = setup;
  account.cloudTrail.enableTrail();
  const topic = account.sns.topics.create(REGION, 'one');
  account.s3.createBucket('journal', REGION);
  send('sns', 'ListTopics', {});
  send('sns', 'Publish', { TopicArn: topic, Message: '.' });
  send('s3', 'PutObject', { Bucket: 'journal', Key: 'a', Body: '.' });
  send('s3', 'DeleteObject', { Bucket: 'journal', Key: 'a' });
  send('lambda', 'Invoke', { FunctionName: 'engine', InvocationType: 'Event' });
  send('sts', 'GetCallerIdentity', {});
  send('events', 'PutEvents', { Entries: [{ Source: 'mine', DetailType: 'x', Detail: '{}' }] });
  wait(10 * MINUTE);
  expect(records().map(({ source }) => source)).toEqual(['mine']);
  expect(names()).toEqual([]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-event', () => {
  const topic = setup.account.sns.topics.create(REGION, 'one');
  const [detail] = details('sns', 'DeleteTopic', { TopicArn: topic });
  expect(detail).toMatchObject({
    ...{ eventSource: 'sns.amazonaws.com', eventName: 'DeleteTopic', awsRegion: REGION },
    ...{ eventTime: '2026-11-21T00:00:00Z', readOnly: false, recipientAccountId: '111122223333' },
    requestParameters: { topicArn: topic },
    userIdentity: {
      ...{ type: 'IAMUser', userName: 'owner', accountId: '111122223333', accessKeyId: 'AKIAOWNER' },
      arn: 'arn:aws:iam::111122223333:user/owner',
    },
  });
  expect(detail).not.toHaveProperty('errorCode');
  expect(setup.account.events.seen[0]).toMatchObject({
    ...{ 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.sns', time: '2026-11-21T00:00:00Z' },
  });
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-lambda-names', () => {
  const FunctionName = 'engine';
  setup.account.cloudTrail.enableTrail();
  send('lambda', 'UpdateFunctionCode', { FunctionName, ZipFile: new Uint8Array([1]) });
  send('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment: { Variables: { A: '1' } } });
  send('lambda', 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 });
  send('lambda', 'DeleteFunction', { FunctionName });
  setup.wait(MINUTE);
  const functionName = 'engine';
  expect(records().map(({ detail }) => [detail['eventName'], detail['requestParameters']])).toEqual([
    ['UpdateFunctionCode20150331v2', { functionName }],
    ['UpdateFunctionConfiguration20150331v2', { functionName }],
    ['PutFunctionConcurrency20171031', { functionName, reservedConcurrentExecutions: 0 }],
    ['DeleteFunction20150331', { functionName }],
  ]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-other-spellings', () => {
  setup.account.cloudTrail.enableTrail();
  setup.account.s3.createBucket('journal', REGION);
  send('s3', 'PutBucketVersioning', { Bucket: 'journal', VersioningConfiguration: { Status: 'Suspended' } });
  refusal(() => send('ec2', 'TerminateInstances', { InstanceIds: ['i-0123456789abcdef0'] }));
  send('sns', 'CreateTopic', { Name: 'one', Attributes: { DisplayName: 'One' } });
  setup.wait(MINUTE);
  expect(records().map(({ detail }) => detail['requestParameters'])).toEqual([
    {
      ...{ bucketName: 'journal', Host: 'journal.s3.amazonaws.com' },
      versioningConfiguration: { status: 'Suspended' },
    },
    { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } },
    { name: 'one', attributes: { DisplayName: 'One' } },
  ]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-identities', () => {
  const { account } = setup;
  const arn = 'arn:aws:sts::111122223333:assumed-role/engine-role/run';
  const root: Principal = {
    kind: 'root',
    name: 'root',
    arn: 'arn:aws:iam::111122223333:root',
    accessKeyId: 'AKIAROOT',
  };
  account.cloudTrail.enableTrail();
  const principal: Principal = { kind: 'role', name: 'engine-role', arn, accessKeyId: 'ASIA1' };
  send('sns', 'CreateTopic', { Name: 'one' }, { principal: root });
  send('sns', 'CreateTopic', { Name: 'two' }, { principal, invokedBy: 'cloudformation.amazonaws.com' });
  setup.wait(MINUTE);
  expect(records().map(({ detail }) => detail['userIdentity'])).toMatchObject([
    { type: 'Root', principalId: '111122223333', accessKeyId: 'AKIAROOT' },
    {
      ...{ type: 'AssumedRole', arn, invokedBy: 'cloudformation.amazonaws.com' },
      sessionContext: { sessionIssuer: { type: 'Role', userName: 'engine-role' } },
    },
  ]);
  expect(records()[0]?.detail['userIdentity']).not.toHaveProperty('invokedBy');
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-global', () => {
  setup.account.cloudTrail.enableTrail();
  const region = 'eu-west-1';
  send('iam', 'CreateUser', { UserName: 'bob' }, { region });
  send('sns', 'CreateTopic', { Name: 'one' }, { region });
  refusal(() =>
    send('budgets', 'DeleteBudget', { AccountId: '111122223333', BudgetName: 'mine' }, { region }),
  );
  setup.wait(10 * MINUTE);
  expect(records().map((one) => [one.source, one.region, one.detail['awsRegion']])).toEqual([
    ['aws.iam', REGION, REGION],
    ['aws.sns', region, region],
    ['aws.budgets', REGION, REGION],
  ]);
  expect([names(), names({}, region)]).toEqual([['DeleteBudget', 'CreateUser'], ['CreateTopic']]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-refused', async () => {
  expect(details('iam', 'DeleteRole', { RoleName: 'none' })).toMatchObject([
    { errorCode: 'NoSuchEntity', requestParameters: { roleName: 'none' } },
  ]);
  const { account, config } = wireAccount();
  account.cloudTrail.enableTrail();
  account.iam.attachUserPolicy('alice', DENY_ALL);
  account.timeline.advanceTo(account.timeline.now() + MINUTE);
  const denied = new SNSClient(config).send(new DeleteTopicCommand({ TopicArn: 'arn:aws:sns:::x' }));
  await expect(inVirtualTime(account.timeline, denied)).rejects.toThrow();
  account.timeline.advanceTo(account.timeline.now() + MINUTE);
  expect(account.events.seen).toMatchObject([
    { detail: { eventName: 'DeleteTopic', errorCode: 'AccessDenied', requestParameters: null } },
  ]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-stop-logging', () => {
  const { account, wait } = setup;
  const { name } = account.cloudTrail.enableTrail();
  const status = () => send('cloudtrail', 'GetTrailStatus', { Name: name })['IsLogging'];
  expect(status()).toBe(true);
  send('cloudtrail', 'StopLogging', { Name: name });
  send('sns', 'CreateTopic', { Name: 'unseen' });
  wait(10 * MINUTE);
  expect(records()).toMatchObject([{ source: 'aws.cloudtrail', detail: { eventName: 'StopLogging' } }]);
  expect([status(), names()]).toEqual([false, ['CreateTopic', 'StopLogging']]);
  send('cloudtrail', 'DeleteTrail', { Name: name });
  expect(send('cloudtrail', 'DescribeTrails', {})['trailList']).toEqual([]);
  expect(refusal(status)).toBe('TrailNotFoundException');
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-lookup', () => {
  const { account, wait } = setup;
  for (let topic = 0; topic < 120; topic++) send('sns', 'CreateTopic', { Name: `t-${topic}` });
  wait(MINUTE);
  send('iam', 'CreateUser', { UserName: 'bob' });
  wait(6 * MINUTE);
  const pages = [lookup(), lookup({ NextToken: '50' }), lookup({ NextToken: '100' })];
  expect(pages.map(({ Events, NextToken }) => [Events.length, NextToken])).toEqual([
    [50, '50'],
    [50, '100'],
    [21, undefined],
  ]);
  expect(pages[0]?.Events[0]).toMatchObject({ EventName: 'CreateUser', Username: 'owner' });
  const by = (AttributeKey: string, AttributeValue: string) =>
    lookup({ LookupAttributes: [{ AttributeKey, AttributeValue }] } as LookupEventsCommandInput).Events
      .length;
  expect([
    by('EventName', 'CreateUser'),
    by('EventSource', 'iam.amazonaws.com'),
    by('Username', 'bob'),
  ]).toEqual([1, 1, 0]);
  expect([by('AccessKeyId', 'AKIAOWNER'), by('ResourceName', 't-7'), by('ReadOnly', 'true')]).toEqual([
    50, 1, 0,
  ]);
  expect(names({ StartTime: new Date(account.timeline.now() - 6.5 * MINUTE) })).toEqual(['CreateUser']);
  expect(names({ EndTime: new Date(account.timeline.now() - 60 * MINUTE) })).toEqual([]);
  const two = [{ AttributeKey: 'EventName' }, { AttributeKey: 'Username' }];
  expect(refusal(() => send('cloudtrail', 'LookupEvents', { LookupAttributes: two }))).toBe(
    'InvalidLookupAttributesException',
  );
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-90-days', () => {
  send('iam', 'CreateUser', { UserName: 'bob' });
  setup.wait(90 * DAY - 1);
  expect(names()).toEqual(['CreateUser']);
  setup.wait(1);
  expect(names()).toEqual([]);
});

behaviour(CLOUDTRAIL_BEHAVIOURS, 'cloudtrail-lookup-rate', async () => {
  const { account, config } = wireAccount();
  const client = new CloudTrailClient(config as CloudTrailClientConfig);
  const looks = Array.from({ length: 3 }, () =>
    client.send(new LookupEventsCommand({})).then(
      () => 'none',
      (error: Error) => error.name,
    ),
  );
  expect((await inVirtualTime(account.timeline, Promise.all(looks))).sort()).toEqual([
    'ThrottlingException',
    'none',
    'none',
  ]);
});

describe('a looked-up event', () => {
  it('carries the whole record as text', () => {
    send('iam', 'CreateUser', { UserName: 'bob' });
    setup.wait(10 * MINUTE);
    expect(JSON.parse(lookup().Events[0]?.CloudTrailEvent ?? '{}')).toMatchObject({
      ...{ eventName: 'CreateUser', requestParameters: { userName: 'bob' } },
    });
  });
});
