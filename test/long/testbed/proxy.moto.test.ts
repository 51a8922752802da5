import { BudgetsClient, DescribeBudgetsCommand } from '@aws-sdk/client-budgets';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../lab/testbed/answers.ts';
import { type Moto, startMoto } from '../../../lab/testbed/moto.ts';
import { PLANTER } from '../../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../../lab/testbed/proxy.ts';
import { throttleTo } from '../../../lab/testbed/rules.ts';

let moto: Moto;
let proxy: RecordingProxy;
const waited: string[] = [];

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.url, {
    wait: async (milliseconds) => void waited.push(`${milliseconds} ms`),
  });
});
afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});
afterEach(() => {
  proxy.rules.clear();
  proxy.forgetCalls();
  proxy.delayMs = 0;
  waited.length = 0;
  delete proxy.onCall;
});

const config = (maxAttempts = 1) => ({
  endpoint: proxy.url,
  region: 'eu-west-1',
  credentials: PLANTER,
  maxAttempts,
});

/** One call in each wire protocol. */
const CALLS = {
  'ec2-query': (attempts?: number) => new EC2Client(config(attempts)).send(new DescribeInstancesCommand({})),
  query: (attempts?: number) => new IAMClient(config(attempts)).send(new ListUsersCommand({})),
  json: (attempts?: number) =>
    new BudgetsClient(config(attempts)).send(new DescribeBudgetsCommand({ AccountId: '123456789012' })),
  s3: (attempts?: number) =>
    new S3Client({ ...config(attempts), forcePathStyle: true }).send(new ListBucketsCommand({})),
};

describe('the record', () => {
  it('names service, region, operation, credential, parameters, times and status of a call', async () => {
    await new EC2Client(config()).send(new DescribeInstancesCommand({ MaxResults: 7 }));
    const [call] = proxy.calls;
    expect(call).toMatchObject({
      service: 'ec2',
      region: 'eu-west-1',
      operation: 'DescribeInstances',
      accessKeyId: 'test',
      status: 200,
    });
    expect(call?.parameters['MaxResults']).toBe('7');
    expect(call?.endedAt).toBeGreaterThanOrEqual(call?.startedAt ?? Number.NaN);
  });

  it('names the operations of REST services by method and path', async () => {
    const s3 = new S3Client({ ...config(), forcePathStyle: true });
    const get = new GetObjectCommand({ Bucket: 'none', Key: 'runs/1/report.json' });
    await expect(s3.send(get)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const read = new GetFunctionCommand({ FunctionName: 'none' });
    await expect(new LambdaClient(config()).send(read)).rejects.toThrow();
    expect(proxy.calls.map(({ service, operation }) => `${service}:${operation}`)).toEqual([
      's3:GetObject',
      'lambda:GetFunction',
    ]);
  });

  it('adds a delay to each call, before moto acts', async () => {
    proxy.delayMs = 80;
    proxy.onCall = (_, phase) => void waited.push(phase);
    await CALLS.query();
    expect(waited).toEqual(['before', '80 ms', 'after']);
  });

  it('asks onCall before moto acts, and after it acted but before the caller knows', async () => {
    const phases: string[] = [];
    proxy.onCall = (call, phase) => void phases.push(`${phase} ${call.operation} ${call.status ?? '-'}`);
    await CALLS.query();
    expect(phases).toEqual(['before ListUsers -', 'after ListUsers 200']);
  });
});

describe('faults', () => {
  it.each(Object.entries(CALLS))(
    'a throttle in %s is one that the SDK retries, and succeeds',
    async (_, call) => {
      proxy.rules.add({ when: { atMost: 1 }, fault: { kind: 'throttle' } });
      const { $metadata } = await call(2);
      expect($metadata.attempts).toBe(2);
      expect(proxy.calls.map(({ fault }) => fault)).toEqual(['throttle', undefined]);
    },
  );

  it.each([
    ['ec2-query', 'throttle', 'RequestLimitExceeded'],
    ['query', 'throttle', 'Throttling'],
    ['json', 'throttle', 'ThrottlingException'],
    ['s3', 'throttle', 'SlowDown'],
    ['ec2-query', 'access-denied', 'UnauthorizedOperation'],
    ['query', 'access-denied', 'AccessDenied'],
    ['json', 'access-denied', 'AccessDeniedException'],
    ['s3', 'access-denied', 'AccessDenied'],
    ['ec2-query', 'server-error', 'InternalError'],
    ['query', 'server-error', 'ServiceFailureException'],
  ] as const)('%s %s is %s to the SDK', async (protocol, kind, name) => {
    proxy.rules.add({ when: {}, fault: { kind } });
    await expect(CALLS[protocol]()).rejects.toMatchObject({ name });
  });

  it('answers with any error that is asked for', async () => {
    const fault: Fault = { kind: 'error', code: 'AuthFailure', status: 401 };
    proxy.rules.add({ when: { region: 'eu-west-1' }, fault });
    await expect(CALLS['ec2-query']()).rejects.toMatchObject({ name: 'AuthFailure' });
  });

  it('breaks the connection', async () => {
    proxy.rules.add({ when: {}, fault: { kind: 'reset' } });
    await expect(CALLS.query()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('sends what is not AWS', async () => {
    proxy.rules.add({ when: {}, fault: { kind: 'garbage' } });
    await expect(CALLS.json()).rejects.toThrow();
  });

  it('never answers, until the caller gives up', async () => {
    proxy.rules.add({ when: {}, fault: { kind: 'hang' } });
    const client = new IAMClient(config());
    const caller = new AbortController();
    const answer = client.send(new ListUsersCommand({}), { abortSignal: caller.signal });
    const givenUp = expect(answer).rejects.toThrow(/abort/i);
    await expect.poll(() => proxy.calls.length).toBe(1);
    caller.abort();
    await givenUp;
    await expect.poll(() => proxy.calls[0]?.endedAt).toBeDefined();
    expect(proxy.calls[0]?.status).toBeUndefined();
  });

  it('applies to the nth matching call only', async () => {
    proxy.rules.add({ when: { operation: 'ListUsers', nth: 2 }, fault: { kind: 'access-denied' } });
    await CALLS.query();
    await CALLS['ec2-query']();
    await expect(CALLS.query()).rejects.toMatchObject({ name: 'AccessDenied' });
    await CALLS.query();
  });

  it('throttles to a token bucket for each region', async () => {
    let now = 0;
    proxy.rules.add(throttleTo({ service: 'iam', perSecond: 5, capacity: 2 }, () => now));
    await CALLS.query();
    await CALLS.query();
    await expect(CALLS.query()).rejects.toMatchObject({ name: 'Throttling' });
    now = 200;
    await CALLS.query();
    await expect(CALLS.query()).rejects.toMatchObject({ name: 'Throttling' });
    await CALLS['ec2-query']();
  });
});
