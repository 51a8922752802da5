import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { type SampleEvent, SIGNAL_EVENTS, tamperEvents } from './guard-events.ts';
import { deployed } from './physical-names.ts';
import { REGION, synthesize } from './synthesis.ts';

const { json } = synthesize();
const ruleNames = Object.values(json.Resources)
  .filter(({ Type }) => Type === 'AWS::Events::Rule')
  .map(({ Properties }) => ({
    name: String(Properties?.['Name']),
    pattern: JSON.stringify(deployed(Properties?.['EventPattern'], json)),
  }));

let moto: Moto;
let events: EventBridgeClient;
let sqs: SQSClient;
/** Queue URL by the name of the rule that fills it. */
const queues = new Map<string, string>();

/** moto's EventBridge, written by others, reads the patterns; what a rule matched is what it put into its queue. */
beforeAll(async () => {
  moto = await emptyMoto();
  const client = {
    endpoint: moto.url,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  events = new EventBridgeClient(client);
  sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  for (const { name, pattern } of ruleNames) {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await events.send(new PutRuleCommand({ Name: name, EventPattern: pattern }));
    await events.send(
      new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: Attributes?.['QueueArn'] }] }),
    );
    queues.set(name.replace('Killswitch-', ''), QueueUrl);
  }
});
afterAll(async () => {
  events.destroy();
  sqs.destroy();
  await moto.stop();
});

/** Puts the events, one after the other, and says which rules passed each on, by its description. */
async function matched(samples: readonly SampleEvent[]): Promise<Record<string, string[]>> {
  const rules: Record<string, string[]> = Object.fromEntries(samples.map(({ what }) => [what, []]));
  for (const { what, source, detailType, detail } of samples)
    await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: source, DetailType: detailType, Detail: JSON.stringify(detail), Resources: [what] },
        ],
      }),
    );
  for (const [rule, QueueUrl] of queues) for (const what of await drained(QueueUrl)) rules[what]?.push(rule);
  return rules;
}

/** The events in a queue, by the description that each carries as its only resource. */
async function drained(QueueUrl: string): Promise<string[]> {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  if (!Messages?.length) return [];
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
    }),
  );
  const described = Messages.map(({ Body }) => String(JSON.parse(Body ?? '{}').resources?.[0]));
  return [...described, ...(await drained(QueueUrl))];
}

describe.each([
  ['signals', SIGNAL_EVENTS],
  ['changes to the kill switch', tamperEvents(json)],
])('%s', (_name, samples) => {
  it('match the rules that they are meant for, and no others', async () => {
    const expected = Object.fromEntries(samples.map(({ what, rules }) => [what, [...rules].sort()]));
    const found = Object.entries(await matched(samples)).map(([what, rules]) => [what, rules.sort()]);
    expect(Object.fromEntries(found)).toEqual(expected);
    expect(Object.keys(expected)).toHaveLength(samples.length);
  });
});
