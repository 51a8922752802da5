import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Command } from '../../../lab/testbed/moto-installation.ts';
import { startTestbed, type Testbed } from '../../../lab/testbed/testbed.ts';

const CODE = `
export const handler = async (event, context) => {
  console.log('request', context.awsRequestId);
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  if (event.reach) await fetch(event.reach);
  if (event.fail) throw new TypeError(event.fail);
  return {
    event,
    name: context.functionName,
    setting: process.env.SETTING,
    session: process.env.AWS_SESSION_TOKEN !== undefined,
    leftMs: context.getRemainingTimeInMillis(),
  };
};`;

/** Functions with their timeouts in seconds; `late` is the one that exceeds it. */
const TIMEOUTS = { probe: 600, late: 1 };

let testbed: Testbed;
let lambda: LambdaClient;
let sns: SNSClient;

beforeAll(async () => {
  testbed = await startTestbed({ retryDelayMs: 10 });
  const { moto, bridge, account } = testbed;
  const client = {
    endpoint: moto.url,
    region: 'us-east-1',
    credentials: account.credentials,
    maxAttempts: 1,
  };
  lambda = new LambdaClient({ ...client, endpoint: bridge.url });
  sns = new SNSClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'assets' }));
  await s3.send(new PutObjectCommand({ Bucket: 'assets', Key: 'code.zip', Body: zipped(CODE, moto.python) }));
  const { Role } = await new IAMClient(client).send(
    new CreateRoleCommand({ RoleName: 'probe-role', AssumeRolePolicyDocument: '{}' }),
  );
  for (const [FunctionName, Timeout] of Object.entries(TIMEOUTS))
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Timeout,
        Role: Role?.Arn,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        MemorySize: 256,
        Environment: { Variables: { SETTING: 'deployed' } },
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
      }),
    );
});
afterAll(async () => {
  await testbed.stop();
});

/** A zip made by Python's zipfile: deflated, and written by somebody else than the code that unpacks it. */
function zipped(code: string, [python, ...first]: Command): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-test-'));
  try {
    writeFileSync(join(folder, 'index.mjs'), code);
    execFileSync(python, [...first, '-m', 'zipfile', '-c', 'code.zip', 'index.mjs'], { cwd: folder });
    return readFileSync(join(folder, 'code.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function invoke(
  payload: object,
  {
    type = 'RequestResponse',
    name = 'probe',
  }: { type?: 'RequestResponse' | 'Event'; name?: keyof typeof TIMEOUTS } = {},
) {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: name, InvocationType: type, Payload: JSON.stringify(payload) }),
  );
  const text = answer.Payload ? Buffer.from(answer.Payload).toString() : '';
  return {
    status: answer.StatusCode,
    error: answer.FunctionError,
    payload: text ? JSON.parse(text) : undefined,
  };
}

it('runs the deployed asset with the environment, role and timeout that moto holds', async () => {
  const { status, error, payload } = await invoke({ question: 1 });
  expect({ status, error }).toEqual({ status: 200, error: undefined });
  expect(payload).toMatchObject({
    event: { question: 1 },
    name: 'probe',
    setting: 'deployed',
    session: true,
  });
  expect(payload.leftMs).toBeLessThanOrEqual(TIMEOUTS.probe * 1000);
  const deployed = testbed.bridge.lambda.functions.get('probe');
  expect(deployed?.executedSha256).toBe(deployed?.storedSha256);
  expect(deployed?.executedSha256).toMatch(/^[\w+/]{43}=$/);
});

it("hands over the function's error", async () => {
  const { status, error, payload } = await invoke({ fail: 'asked for' });
  expect({ status, error }).toEqual({ status: 200, error: 'Unhandled' });
  expect(payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'asked for' });
});

it('ends it at its timeout', async () => {
  const { error, payload } = await invoke({ sleep: 3_600_000 }, { name: 'late' });
  expect(error).toBe('Unhandled');
  expect(payload.errorType).toBe('Sandbox.Timedout');
});

it('lets no call leave this machine', async () => {
  const { error } = await invoke({ reach: 'http://ec2.amazonaws.com/' });
  expect(error).toBe('Unhandled');
  const attempt = testbed.bridge.lambda.invocations.at(-1)?.attempts[0];
  expect(attempt?.log).toContain('a call would have left this machine: ec2.amazonaws.com');
});

it('tries an asynchronous invocation three times, then gives it to the dead-letter queue', async () => {
  expect((await invoke({ fail: 'always' }, { type: 'Event' })).status).toBe(202);
  await testbed.bridge.lambda.idle();
  const invocation = testbed.bridge.lambda.invocations.at(-1);
  expect(invocation?.attempts).toHaveLength(3);
  expect(invocation?.deadLettered).toBe(true);
});

it('turns an SNS notification into the Lambda event, with its real message id', async () => {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alarm' }));
  const Endpoint = testbed.bridge.snsEndpoint('probe');
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Subject: 'S', Message: 'prose' }));
  await testbed.bridge.lambda.idle();
  const attempt = testbed.bridge.lambda.invocations.at(-1)?.attempts[0];
  expect(attempt?.payload).toMatchObject({
    event: {
      Records: [{ EventSource: 'aws:sns', Sns: { MessageId, TopicArn, Subject: 'S', Message: 'prose' } }],
    },
  });
});

it('knows no function that moto does not know', async () => {
  const absent = new InvokeCommand({ FunctionName: 'absent', Payload: '{}' });
  await expect(lambda.send(absent)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
