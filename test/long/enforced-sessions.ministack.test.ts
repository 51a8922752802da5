import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EmulatorProcess } from '../../lab/testbed/emulator-process.ts';
import { startMinistack } from '../../lab/testbed/ministack.ts';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { MemoryStore } from '../shell/memory-store.ts';

const REGION = 'us-east-1';
const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };
const ADMINISTRATOR = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

let ministack: EmulatorProcess;
beforeAll(async () => {
  ministack = await startMinistack();
  process.env['AWS_ENDPOINT_URL'] = ministack.url;
});
afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  await ministack?.stop();
});

const as = (credentials: AwsCredentialIdentity) => ({
  endpoint: ministack.url,
  region: REGION,
  credentials,
  maxAttempts: 1,
});
const iam = () => new IAMClient(as(ROOT));

/** A user who may do everything, with a key. */
async function administrator(name: string): Promise<AwsCredentialIdentity> {
  await iam().send(new CreateUserCommand({ UserName: name }));
  const policy = { UserName: name, PolicyName: 'administrator', PolicyDocument: ADMINISTRATOR };
  await iam().send(new PutUserPolicyCommand(policy));
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function sessionOf(key: AwsCredentialIdentity): Promise<AwsCredentialIdentity> {
  const { Credentials } = await new STSClient(as(key)).send(new GetSessionTokenCommand({}));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** The error's name, or `allowed`. */
const launchBy = (credentials: AwsCredentialIdentity): Promise<string> =>
  new EC2Client(as(credentials))
    .send(
      new RunInstancesCommand({
        ImageId: 'ami-12345678',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
      }),
    )
    .then(
      () => 'allowed',
      (thrown: Error) => thrown.name,
    );

async function running(): Promise<number> {
  const { Reservations = [] } = await new EC2Client(as(ROOT)).send(new DescribeInstancesCommand({}));
  const states = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name));
  return states.filter((state) => state === 'running' || state === 'pending').length;
}

function fire(caller: AwsCredentialIdentity, policy: Partial<Policy> = {}): Promise<Report> {
  // Against hanging only.
  const clients = new Clients(systemClock, AbortSignal.timeout(600_000), undefined, { credentials: caller });
  const store = new MemoryStore();
  return run(
    {
      clients,
      clock: systemClock,
      kinds,
      policy: { ...DEFAULT_POLICY, onlyRegions: new Set([REGION, 'global']), ...policy },
      verifyAfterMs: 50,
      newRun: () => newRun(Date.now()),
      identity: () => identify(clients, systemClock),
      store: Promise.resolve(store),
      log: () => {},
      onProgress: () => {},
    },
    { source: 'cli', id: newRun(Date.now()), action: 'fire', reason: 'a test fired it' },
  );
}

let users = 0;
let owner: AwsCredentialIdentity;
beforeEach(async () => {
  owner = await administrator(`owner-${++users}`);
});

it('a session outlives the key that a hand has disabled, until the fire denies its user', async () => {
  const mallory = await administrator(`mallory-${users}`);
  const session = await sessionOf(mallory);
  const off = { UserName: `mallory-${users}`, AccessKeyId: mallory.accessKeyId, Status: 'Inactive' } as const;
  await iam().send(new UpdateAccessKeyCommand(off));
  expect([await launchBy(mallory), await launchBy(session)]).toEqual(['AuthFailure', 'allowed']);

  const report = await fire(owner);
  expect(report).toMatchObject({ acted: true, clean: true, gaps: [] });
  expect(await launchBy(session)).toBe('UnauthorizedOperation');
  expect(await running()).toBe(0);
  expect(await launchBy(owner)).toBe('allowed');
});

it("--include-caller ends the caller's sessions older than now, and then the key", async () => {
  const session = await sessionOf(owner);
  expect(await launchBy(session)).toBe('allowed');
  const report = await fire(owner, { includeCaller: true });
  expect(report.actions.filter(({ status }) => status === 'failed')).toEqual([]);
  expect([await launchBy(session), await launchBy(owner)]).toEqual(['UnauthorizedOperation', 'AuthFailure']);
});

it('and a session that runs it ends itself, and its key', async () => {
  const session = await sessionOf(owner);
  const other = await sessionOf(owner);
  await fire(session, { includeCaller: true });
  expect([await launchBy(session), await launchBy(other), await launchBy(owner)]).toEqual([
    'UnauthorizedOperation',
    'UnauthorizedOperation',
    'AuthFailure',
  ]);
});
