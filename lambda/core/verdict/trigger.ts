import * as v from 'valibot';
import { InputError } from '../settings.ts';
import type { Signal } from '../signal.ts';

/** Why we woke up. A repeated delivery has the same `id`. */
export type Trigger =
  | { readonly source: 'budget'; readonly id: string; readonly sentAt: string; readonly text: string }
  | {
      readonly source: 'invoke' | 'cli';
      readonly id: string;
      readonly action: Request;
      readonly reason: string;
      /** The caller does not wait for the answer: after a fire, the run may look on for some minutes. */
      readonly hold?: boolean;
    }
  | { readonly source: 'control'; readonly id: string; readonly action: 'test'; readonly reason: string }
  | { readonly source: 'schedule'; readonly id: string; readonly action: 'tick'; readonly reason: string }
  | { readonly source: 'signal'; readonly id: string; readonly action: 'tick'; readonly signal: Signal };

/** An event that needs no action. */
export interface Ignored {
  readonly source: 'ignored';
  readonly id: string;
  readonly reason: string;
}

export type Request = 'fire' | 'plan' | 'status' | 'test';

const snsEvent = v.object({
  Records: v.pipe(
    v.array(
      v.object({
        EventSource: v.literal('aws:sns'),
        Sns: v.object({
          MessageId: v.string(),
          TopicArn: v.string(),
          Message: v.string(),
          Timestamp: v.string(),
          Subject: v.optional(v.nullable(v.string())),
        }),
      }),
    ),
    v.length(1, 'SNS delivers one record at a time'),
  ),
});

const directEvent = v.strictObject({
  action: v.picklist(['fire', 'plan', 'status', 'test', 'tick'], 'must be fire, plan, status, test or tick'),
  run: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _'))),
  reason: v.optional(v.pipe(v.string(), v.maxLength(500, 'must be at most 500 characters'))),
  hold: v.optional(v.boolean('must be true or false')),
});

const controlMessage = v.strictObject({
  action: v.literal('test', 'must be test: the control topic fires nothing'),
  run: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')),
});

/** The topics that may deliver messages. */
export interface Topics {
  readonly alarmTopic: string;
  readonly controlTopic: string;
}

/**
 * Reads a message or a direct invoke. Only the topic decides what a message may ask for. The text of a
 * Budgets message is never parsed: the budget itself is checked.
 * @throws InputError for anything else, before anything is touched.
 */
export function parseTrigger(event: unknown, topics: Topics, newId: () => string): Trigger {
  const sns = v.safeParse(snsEvent, event);
  if (sns.success) return fromSns(sns.output, topics);
  if (event !== null && typeof event === 'object' && 'Records' in event)
    throw new InputError([
      ...sns.issues.map((i) => `event: ${v.getDotPath(i) ?? 'Records'}: ${i.message}`),
      'event: it is not a message that SNS delivered',
    ]);
  const direct = v.safeParse(directEvent, event);
  if (!direct.success)
    throw new InputError([
      ...direct.issues.map((i) => `event: ${v.getDotPath(i) ?? '(whole)'}: ${i.message}`),
      'event: it is not a known request. Send {"action":"fire"} to stop everything',
    ]);
  const { action, run, reason, hold } = direct.output;
  if (action === 'tick')
    return { source: 'schedule', id: run ?? newId(), action, reason: reason ?? 'the schedule' };
  return {
    source: 'invoke',
    id: run ?? newId(),
    action,
    reason: reason ?? 'the function was invoked by hand',
    ...(hold ? { hold } : {}),
  };
}

/** Such an event is for `signalTrigger` in core/signals, which an alarm loads only after its first stop. */
export const isFromEventBridge = (event: unknown): event is object =>
  event !== null &&
  typeof event === 'object' &&
  'detail-type' in event &&
  'source' in event &&
  !('Records' in event);

function fromSns({ Records }: v.InferOutput<typeof snsEvent>, topics: Topics): Trigger {
  const { MessageId, TopicArn, Message, Timestamp } = (Records[0] as (typeof Records)[number]).Sns;
  if (TopicArn === topics.alarmTopic)
    return { source: 'budget', id: MessageId, sentAt: Timestamp, text: Message.slice(0, 2000) };
  if (TopicArn !== topics.controlTopic)
    throw new InputError([
      `event: the topic ${TopicArn} is neither the alarm topic nor the control topic of this stack`,
    ]);
  const message = v.safeParse(v.pipe(v.string(), v.parseJson(), controlMessage), Message);
  if (!message.success)
    throw new InputError(
      message.issues.map((i) => `control message: ${v.getDotPath(i) ?? '(whole)'}: ${i.message}`),
    );
  return { source: 'control', id: message.output.run, action: 'test', reason: 'a test of the alarm path' };
}
