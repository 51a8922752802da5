import type * as api from '@aws-sdk/client-sqs';
import { beforeEach, expect } from 'vitest';
import { SQS_BEHAVIOURS } from '../../../../simulated-aws/services/sqs/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, REGION, START, stackAccount } from '../../stack-account.ts';
import { call, refusal } from '../iam/call.ts';

const DAY = 24 * 60 * MINUTE;

let setup: ReturnType<typeof stackAccount>;

beforeEach(() => {
  setup = stackAccount();
});

const operations = () => setup.account.services['sqs'];
const urlOf = (QueueName: string) =>
  call<api.GetQueueUrlResult>(operations(), 'GetQueueUrl', { QueueName }).QueueUrl;
const attributes = (...AttributeNames: string[]) => {
  const input = { QueueUrl: urlOf('dead-letters'), AttributeNames };
  return call<api.GetQueueAttributesResult>(operations(), 'GetQueueAttributes', input).Attributes;
};
const waiting = () => attributes('ApproximateNumberOfMessages')?.['ApproximateNumberOfMessages'];

behaviour(SQS_BEHAVIOURS, 'sqs-dead-letters', async () => {
  const { account, queue, live } = setup;
  account.functions.invokeAsync('engine', { fail: true });
  account.functions.invokeAsync('engine', {});
  await live(10 * MINUTE);
  expect(waiting()).toBe('1');
  expect(queue.messages.map(({ body }) => JSON.parse(body))).toEqual([{ fail: true }]);
});

behaviour(SQS_BEHAVIOURS, 'sqs-undelivered', () => {
  const { account, engine, queue, wait } = setup;
  const topic = account.sns.topics.create(REGION, 'alarm');
  account.sns.topics.subscribe(topic, 'lambda', engine.arn).deadLetterArn = queue.arn;
  account.sns.publish(topic, 'over');
  wait(MINUTE);
  expect(queue.messages.map(({ body }) => JSON.parse(body).Message)).toEqual(['over']);
});

behaviour(SQS_BEHAVIOURS, 'sqs-retention', () => {
  const { account, queue, wait } = setup;
  const short = account.sqs.create(REGION, 'short', 60);
  for (const { arn } of [queue, short]) account.sqs.deadLetter(arn, {});
  wait(MINUTE);
  expect([account.sqs.visible(short).length, waiting()]).toEqual([0, '1']);
  wait(4 * DAY - MINUTE - 1);
  expect(waiting()).toBe('1');
  wait(1);
  expect(waiting()).toBe('0');
});

behaviour(SQS_BEHAVIOURS, 'sqs-attributes', () => {
  expect(urlOf('dead-letters')).toBe('https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters');
  expect(attributes('QueueArn')).toEqual({ QueueArn: setup.queue.arn });
  expect(attributes('All')).toMatchObject({
    ApproximateNumberOfMessages: '0',
    CreatedTimestamp: String(START / 1_000),
    MessageRetentionPeriod: '345600',
  });
});

behaviour(SQS_BEHAVIOURS, 'sqs-purge', () => {
  const QueueUrl = urlOf('dead-letters');
  setup.account.sqs.deadLetter(setup.queue.arn, {});
  call(operations(), 'PurgeQueue', { QueueUrl });
  expect(waiting()).toBe('0');
  call(operations(), 'DeleteQueue', { QueueUrl });
  expect(refusal(() => urlOf('dead-letters'))).toBe('QueueDoesNotExist');
  expect(refusal(() => call(operations(), 'GetQueueAttributes', { QueueUrl }))).toBe('QueueDoesNotExist');
});
