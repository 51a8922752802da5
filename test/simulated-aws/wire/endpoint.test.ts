import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, vi } from 'vitest';
import { WIRE_BEHAVIOURS } from '../../../simulated-aws/wire/behaviours.ts';
import { decodeCall } from '../../../simulated-aws/wire/codec.ts';
import type { WireAnswer } from '../../../simulated-aws/wire/endpoint.ts';
import { fromUsEast1 } from '../../../simulated-aws/wire/latency.ts';
import { behaviour } from '../behaviour-test.ts';
import { clientConfig, inVirtualTime, STARTS_AT, wireAccount, wireRequestOf } from './wire-account.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
const described = (config: object) => new EC2Client(config).send(new DescribeInstancesCommand({}));
const listed = (config: object) => new IAMClient(config).send(new ListUsersCommand({}));

/** Allows one call of each operation, and then no more for a long time. */
const once = (service: string) =>
  ({
    service,
    operations: /./,
    capacity: 1,
    refillPerSecond: 0.001,
    scope: 'region',
    source: 'test',
  }) as const;

function text(answer: WireAnswer): string {
  if (typeof answer === 'string') throw new Error(answer);
  return answer.body.toString();
}

describe('who is let in', () => {
  behaviour(WIRE_BEHAVIOURS, 'wire-throttle-ec2', async () => {
    const { config } = wireAccount({ limits: [once('ec2')] });
    await described(config);
    await expect(described(config)).rejects.toMatchObject(refusal('RequestLimitExceeded', 503));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-throttle-query', async () => {
    const { config } = wireAccount({ limits: [once('iam')] });
    await listed(config);
    await expect(listed(config)).rejects.toMatchObject(refusal('Throttling', 400));
  });

  const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };

  behaviour(WIRE_BEHAVIOURS, 'wire-unknown-key-ec2', async () => {
    const { handler } = wireAccount();
    const call = described(clientConfig(unknown, handler));
    await expect(call).rejects.toMatchObject(refusal('AuthFailure', 401));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-unknown-key-query', async () => {
    const { handler } = wireAccount();
    const call = listed(clientConfig(unknown, handler));
    await expect(call).rejects.toMatchObject(refusal('InvalidClientTokenId', 403));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-unknown-key-s3', async () => {
    const { handler } = wireAccount();
    const call = new S3Client(clientConfig(unknown, handler)).send(new ListBucketsCommand({}));
    await expect(call).rejects.toMatchObject(refusal('InvalidAccessKeyId', 403));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-region-not-enabled', async () => {
    const { account, config } = wireAccount();
    const inCapeTown = { ...config, region: 'af-south-1' };
    await expect(described(inCapeTown)).rejects.toMatchObject(refusal('AuthFailure', 401));
    account.regions.enable('af-south-1');
    expect((await described(inCapeTown)).$metadata.httpStatusCode).toBe(200);
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-unsigned', async () => {
    const { endpoint } = wireAccount();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = Buffer.from('Action=ListUsers&Version=2010-05-08');
    const answer = await endpoint.answer({ method: 'POST', path: '/', headers, body });
    expect(answer).toMatchObject({ status: 403 });
    expect(text(answer)).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  const denied = () => {
    const { account, config } = wireAccount();
    account.iam.attachUserPolicy('alice', DENY_ALL);
    account.timeline.advanceTo(account.timeline.now() + 60_000);
    return config;
  };

  behaviour(WIRE_BEHAVIOURS, 'wire-denied-ec2', async () => {
    await expect(described(denied())).rejects.toMatchObject(refusal('UnauthorizedOperation', 403));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-denied-query', async () => {
    await expect(listed(denied())).rejects.toMatchObject(refusal('AccessDenied', 403));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-caller-identity', async () => {
    const { Arn } = await new STSClient(denied()).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:iam::111122223333:user/alice');
  });
});

describe('what is asked', () => {
  behaviour(WIRE_BEHAVIOURS, 'wire-unknown-parameter', async () => {
    const { endpoint, config } = wireAccount();
    const request = await wireRequestOf((requestHandler) => described({ ...config, requestHandler }));
    const body = Buffer.concat([request.body, Buffer.from('&Colour.1=red')]);
    const answer = text(await endpoint.answer({ ...request, body }));
    expect(answer).toContain('<Code>UnknownParameter</Code>');
    expect(answer).toContain('The parameter Colour.1 is not recognized');
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-missing-parameter', async () => {
    const { config } = wireAccount();
    const call = new EC2Client(config).send(new StopInstancesCommand({ InstanceIds: [] }));
    await expect(call).rejects.toMatchObject(refusal('MissingParameter', 400));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-not-simulated', async () => {
    const { endpoint, config } = wireAccount();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const call = new EC2Client(config).send(new GetConsoleOutputCommand({ InstanceId: 'i-1' }));
      await expect(call).rejects.toMatchObject(refusal('NotSimulated', 501));
      expect(stderr).toHaveBeenCalledWith('the simulated account has no ec2 GetConsoleOutput\n');
    } finally {
      stderr.mockRestore();
    }
    expect(endpoint.notSimulated).toEqual(['ec2 GetConsoleOutput']);
  });

  it('a failure inside the simulation is kept, and never looks like an answer of AWS', async () => {
    const { account, endpoint, config } = wireAccount();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    Object.assign(account.services['iam'] as object, { ListUsers: () => ({ Userz: [] }) });
    await expect(listed(config)).rejects.toMatchObject(refusal('SimulationDefect', 501));
    stderr.mockRestore();
    expect(endpoint.defects.map(({ message }) => message)).toEqual([
      'com.amazonaws.iam#ListUsersResponse has no member Userz',
    ]);
  });
});

describe('time and record', () => {
  behaviour(WIRE_BEHAVIOURS, 'wire-latency', async () => {
    const { account, endpoint, config } = wireAccount({ endpoint: { latency: fromUsEast1 } });
    const at: number[] = [];
    endpoint.onCall = () => at.push(account.timeline.now());
    await inVirtualTime(account.timeline, described({ ...config, region: 'eu-west-1' }));
    const [call] = endpoint.calls;
    const startedAt = call?.startedAt ?? 0;
    const roundTrip = fromUsEast1('eu-west-1', 'ec2');
    expect(call?.endedAt).toBe(startedAt + roundTrip);
    expect(at).toEqual([startedAt + roundTrip / 2, startedAt + roundTrip / 2]);
    expect(fromUsEast1('ap-southeast-2', 'ec2')).toBeGreaterThan(2 * fromUsEast1('us-east-2', 'ec2'));
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-date', async () => {
    const { account, endpoint, config } = wireAccount();
    const request = await wireRequestOf((requestHandler) => described({ ...config, requestHandler }));
    account.timeline.advanceTo(STARTS_AT + 86_400_000);
    const answer = await endpoint.answer(request);
    expect(answer).toMatchObject({ headers: { date: 'Mon, 02 Mar 2026 12:00:00 GMT' } });
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-request-id', async () => {
    const { endpoint, config } = wireAccount();
    const request = await wireRequestOf((requestHandler) => described({ ...config, requestHandler }));
    const named = { headers: { 'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/) as string } };
    expect(await endpoint.answer(request)).toMatchObject(named);
    for (const kind of ['garbage', 'html', 'empty', 'json'] as const) {
      endpoint.rules.clear();
      endpoint.rules.add({ when: {}, fault: { kind } });
      const answer = await endpoint.answer(request);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer).not.toMatchObject(named);
    }
  });

  it('every call is on record, with its input and how it ended', async () => {
    const { endpoint, config } = wireAccount();
    await listed(config);
    const call = new EC2Client(config).send(new StopInstancesCommand({ InstanceIds: ['i-0abc'] }));
    await expect(call).rejects.toThrow();
    const caller = { region: 'us-east-1', accessKeyId: config.credentials.accessKeyId };
    const times = { startedAt: STARTS_AT + 60_000, endedAt: STARTS_AT + 60_000 };
    expect(endpoint.calls).toEqual([
      { sequence: 1, service: 'iam', operation: 'ListUsers', input: {}, status: 200, ...caller, ...times },
      {
        sequence: 2,
        service: 'ec2',
        operation: 'StopInstances',
        input: { InstanceIds: ['i-0abc'] },
        status: 400,
        code: expect.stringMatching(/^InvalidInstanceID/) as string,
        ...caller,
        ...times,
      },
    ]);
  });

  it('only the latest calls stay on record when so asked', async () => {
    const { endpoint, config } = wireAccount({ endpoint: { keepCalls: 2 } });
    for (let calls = 0; calls < 3; calls += 1) await listed(config);
    expect(endpoint.calls.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(endpoint.received).toBe(3);
  });

  it('a presigned address says who signed it, too', () => {
    const path = '/bucket/key?X-Amz-Credential=AKIA1%2F20260301%2Feu-west-1%2Fs3%2Faws4_request';
    const call = decodeCall({ method: 'GET', path, headers: {}, body: Buffer.alloc(0) });
    expect(call).toMatchObject({ accessKeyId: 'AKIA1', region: 'eu-west-1', operation: 'GetObject' });
  });
});
