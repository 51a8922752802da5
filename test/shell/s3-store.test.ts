import { afterAll, beforeAll, expect, test } from 'vitest';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { S3Store } from '../../lambda/shell/journal/s3-store.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';

const account = new SimulatedAccount({ startsAt: Date.now(), seed: 1 });
const endpoint = new Endpoint(account, { latency: () => 0 });
const ended = new AbortController();
let losesETags = false;
class Handler extends KillableHandler {
  override async handle(...args: Parameters<KillableHandler['handle']>) {
    const answer = await super.handle(...args);
    if (losesETags) delete answer.response.headers['etag'];
    return answer;
  }
}
const clients = new Clients(systemClock, ended.signal, new Handler(endpoint, account.timeline));
let store: S3Store;
beforeAll(() => {
  const { accessKeyId, secretAccessKey } = account.iam.rootAccessKey();
  process.env['AWS_ACCESS_KEY_ID'] = accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey;
  process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9'; // never called; it puts bucket names into the path
  account.s3.createBucket('journal', 'us-east-1', { versioned: true });
  store = new S3Store(clients, 'journal', 'a/', 'us-east-1', true);
});
afterAll(() => ended.abort());

test('an object that was put can be read and listed', async () => {
  expect(await store.put('one.json', '{}')).toBe(true);
  expect(await store.get('one.json')).toBe('{}');
  expect(await store.put('one.json', '{"two":2}', { ifAbsent: true })).toBe(false);
  expect(await store.list('')).toEqual(['one.json']);
});

test('an answer without an ETag is an error, also with status 200: the record may be lost', async () => {
  losesETags = true;
  await expect(store.put('lost.json', '{}')).rejects.toThrow(/no ETag/);
  losesETags = false;
  endpoint.rules.add({ when: { operation: 'PutObject' }, fault: { kind: 'garbage' } });
  await expect(store.put('foreign.json', '{}')).rejects.toThrow(/not AWS's answer/);
  endpoint.rules.clear();
  expect(await store.get('foreign.json')).toBeUndefined();
});
