import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { signalTrigger } from '../../lambda/core/signals/index.ts';
import { isFromEventBridge, parseTrigger } from '../../lambda/core/verdict/trigger.ts';
import { KEY, sample, withDetail } from './signals/samples.ts';

const TOPICS = {
  account: '123456789012',
  allow: { ...DEFAULT_POLICY.allow, users: new Set(['Alice']) },
  alarmTopic: 'arn:aws:sns:us-east-1:123456789012:killswitch-alarm',
  controlTopic: 'arn:aws:sns:us-east-1:123456789012:killswitch-control',
};
const parse = (event: unknown) =>
  isFromEventBridge(event) ? signalTrigger(event, TOPICS) : parseTrigger(event, TOPICS, () => 'new-id');

const delivery = (topic: string, message: string) => ({
  Records: [
    {
      EventVersion: '1.0',
      EventSource: 'aws:sns',
      EventSubscriptionArn: `${topic}:9f1c`,
      Sns: {
        Type: 'Notification',
        MessageId: 'b3f1a5c0-0000-5000-8000-000000000001',
        TopicArn: topic,
        Subject: null,
        Message: message,
        Timestamp: '2026-01-31T12:00:00.000Z',
        MessageAttributes: {},
      },
    },
  ],
});

function refusal(event: unknown): string {
  try {
    parse(event);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a message on the alarm topic', () => {
  it('is a budget alarm with any text, and its id is the message id', () => {
    const prose = 'AWS Budget Notification\nYou requested that we alert you when the ACTUAL Cost …';
    expect(parse(delivery(TOPICS.alarmTopic, prose))).toEqual({
      source: 'budget',
      id: 'b3f1a5c0-0000-5000-8000-000000000001',
      sentAt: '2026-01-31T12:00:00.000Z',
      text: prose,
    });
    expect(parse(delivery(TOPICS.alarmTopic, ''))).toMatchObject({ source: 'budget' });
  });

  it('can ask for nothing else, and cannot fill the report', () => {
    expect(parse(delivery(TOPICS.alarmTopic, '{"action":"fire","run":"x"}'))).toMatchObject({
      source: 'budget',
    });
    const long = parse(delivery(TOPICS.alarmTopic, 'x'.repeat(250_000)));
    expect(JSON.stringify(long).length).toBeLessThan(3_000);
  });
});

describe('a message on the control topic', () => {
  it('asks for a test', () => {
    expect(parse(delivery(TOPICS.controlTopic, '{"action":"test","run":"t-1"}'))).toMatchObject({
      source: 'control',
      id: 't-1',
      action: 'test',
    });
  });

  it.each([
    ['{"action":"fire","run":"t-1"}', /fires nothing/],
    ['{"action":"test"}', /run/],
    ['{"action":"test","run":"../../other"}', /letters, digits/],
    ['{"action":"test","run":"t","mode":"stop"}', /mode/],
    ['not JSON', /control message/],
    ['[]', /control message/],
  ])('asks for nothing else: %s', (message, words) => {
    expect(refusal(delivery(TOPICS.controlTopic, message))).toMatch(words);
  });
});

describe('a message on any other topic', () => {
  it.each(['arn:aws:sns:us-east-1:999999999999:killswitch-alarm', `${TOPICS.alarmTopic}x`, ''])(
    'is refused: %s',
    (topic) => {
      expect(refusal(delivery(topic, '{"action":"test","run":"t"}'))).toMatch(
        /neither the alarm topic nor the control topic/,
      );
    },
  );
});

describe('a direct invoke', () => {
  it.each(['fire', 'plan', 'status', 'test'])('may ask to %s', (action) => {
    expect(parse({ action })).toMatchObject({ source: 'invoke', id: 'new-id', action });
  });

  it('may name its run and its reason', () => {
    expect(parse({ action: 'fire', run: 'ks-1', reason: 'I see miners' })).toEqual({
      source: 'invoke',
      id: 'ks-1',
      action: 'fire',
      reason: 'I see miners',
    });
  });

  it('may say that nobody waits for the answer', () => {
    expect(parse({ action: 'fire', hold: true })).toMatchObject({ action: 'fire', hold: true });
    for (const event of [{ action: 'fire' }, { action: 'fire', hold: false }])
      expect(parse(event)).not.toHaveProperty('hold');
  });

  it.each([
    [{}, /action/],
    [null, /event/],
    [undefined, /event/],
    ['fire', /event/],
    [[], /event/],
    [{ action: 'Fire' }, /must be fire, plan, status, test or tick/],
    [{ action: 'fire', mode: 'terminate' }, /mode/],
    [{ action: 'fire', run: '../x' }, /1 to 64 letters/],
    [{ action: 'fire', run: '' }, /1 to 64 letters/],
    [{ action: 'fire', reason: 'x'.repeat(501) }, /at most 500/],
    [{ action: 'fire', hold: 'yes' }, /hold: must be true or false/],
    [{ action: 'tick', mode: 'terminate' }, /mode/],
    [{ source: 'aws.health', action: 'fire' }, /source/],
    [{ 'detail-type': 'AWS Health Event', action: 'fire' }, /detail-type/],
  ])('is refused with what to send instead: %j', (event, words) => {
    expect(refusal(event)).toMatch(words);
    expect(refusal(event)).toMatch(/Send \{"action":"fire"\} to stop everything/);
  });
});

describe('an event that only looks like one of SNS', () => {
  const [record] = delivery(TOPICS.alarmTopic, 'x').Records;
  it.each([
    ['no record', { Records: [] }],
    ['two records', { Records: [record, record] }],
    ['another source', { Records: [{ ...record, EventSource: 'aws:sqs' }] }],
    ['no message id', { Records: [{ ...record, Sns: { ...record?.Sns, MessageId: undefined } }] }],
    ['no Sns', { Records: [{ EventSource: 'aws:sns' }] }],
    ['an action beside it', { Records: [{ EventSource: 'aws:s3' }], action: 'fire' }],
  ])('is refused: %s', (_, event) => {
    expect(refusal(event)).toMatch(/not a message that SNS delivered/);
  });
});

describe('a tick', () => {
  it('is asked for by the schedule', () => {
    expect(parse({ action: 'tick' })).toEqual({
      source: 'schedule',
      id: 'new-id',
      action: 'tick',
      reason: 'the schedule',
    });
  });

  it('may also be asked for by hand', () => {
    expect(parse({ action: 'tick', run: 't-1', reason: 'I want to see it' })).toEqual({
      source: 'schedule',
      id: 't-1',
      action: 'tick',
      reason: 'I want to see it',
    });
  });
});

describe('an event from EventBridge', () => {
  const exposed = sample('health-credentials-exposed', { ACCESS_KEY_ID_HERE: KEY });

  it("that is a signal asks for a tick, with the signal's id", () => {
    expect(parse(exposed)).toMatchObject({
      source: 'signal',
      id: '121345678-1234-1234-1234-123456789012',
      action: 'tick',
      signal: { kind: 'exposed-key', id: '121345678-1234-1234-1234-123456789012', accessKeyIds: [KEY] },
    });
  });

  it('can ask for nothing else', () => {
    expect(parse({ ...exposed, action: 'fire' })).toMatchObject({ source: 'signal', action: 'tick' });
  });

  it('that is no signal is ignored, with the reason', () => {
    expect(parse({ ...withDetail(exposed, { statusCode: 'closed' }), id: 'an id\n../x' })).toEqual({
      source: 'ignored',
      id: 'an-id-..-x',
      reason: 'AWS has closed this event',
    });
  });

  it('from a caller on the allowlist is ignored', () => {
    const [detail] = sample<{ Records: object[] }>('cloudtrail-create-user').Records;
    const event = { ...exposed, source: 'aws.iam', 'detail-type': 'AWS API Call via CloudTrail', detail };
    expect(parse(event)).toMatchObject({ source: 'ignored', reason: 'the caller is on the allowlist' });
  });

  it.each([
    [{ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }, /event: version/],
    [{ ...exposed, source: 'aws.events', 'detail-type': 'Scheduled Event' }, /aws\.events is unknown here/],
    [{ ...exposed, account: '210987654321' }, /account 210987654321/],
    [{ ...exposed, Records: [] }, /not a message that SNS delivered/],
  ])('that is malformed or of another account is refused: %#', (event, words) => {
    expect(refusal(event)).toMatch(words);
  });
});
