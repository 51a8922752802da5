import {
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EC2_LIMITS } from '../../lambda/kinds/ec2-instance/limits.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { drawOf, Pacers } from '../../lambda/shell/calls/retry.ts';
import { LIMITS as CLOUDTRAIL_LIMITS } from '../../lambda/shell/sources/trail.ts';
import { VirtualClock } from './virtual-clock.ts';

const LIMITS = { ec2: EC2_LIMITS, iam: undefined, cloudtrail: CLOUDTRAIL_LIMITS };
const ids = (count: number) => ({ InstanceIds: Array.from({ length: count }, (_, n) => `i-${n}`) });

describe('how many tokens a call draws, and from which bucket', () => {
  it.each([
    ['ec2', 'DescribeInstances', {}, { bucket: 'DescribeInstances', cost: 1, refill: 20, urgent: false }],
    ['ec2', 'DescribeInstanceAttribute', {}, { cost: 1, refill: 20 }],
    ['ec2', 'ModifyInstanceAttribute', {}, { bucket: 'ModifyInstanceAttribute', cost: 1, refill: 5 }],
    ['ec2', 'StopInstances', ids(25), { bucket: 'StopInstances', cost: 25, refill: 20, urgent: false }],
    ['ec2', 'StopInstances', ids(10), { cost: 10, urgent: true }],
    ['ec2', 'StopInstances', ids(1), { cost: 4 }],
    ['ec2', 'StartInstances', ids(50), { cost: 50, refill: 2 }],
    ['iam', 'ListAccessKeys', {}, { bucket: 'reads', cost: 1 }],
    ['iam', 'UpdateAccessKey', {}, { bucket: 'changes', cost: 1 }],
    ['iam', 'AttachUserPolicy', {}, { bucket: 'changes', cost: 1 }],
    ['cloudtrail', 'LookupEvents', {}, { bucket: 'LookupEvents', cost: 1, refill: 2, capacity: 2 }],
    ['cloudtrail', 'GetTrailStatus', {}, { bucket: 'reads', cost: 1 }],
  ] as const)('%s %s', (service, operation, input, draw) => {
    expect(drawOf(LIMITS[service], operation, input)).toMatchObject(draw);
  });

  it('each bucket has its own pacer', () => {
    const pacers = new Pacers(new VirtualClock());
    const pacer = (operation: string, input: object) => pacers.of(drawOf(EC2_LIMITS, operation, input)).pacer;
    expect(pacer('StopInstances', ids(1))).toBe(pacer('StopInstances', ids(25)));
    expect(pacer('StopInstances', ids(1))).not.toBe(pacer('ModifyInstanceAttribute', {}));
  });
});

describe('a client of the SDK', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAAAAAAAAAAAAAAAAA');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  });
  afterEach(() => vi.unstubAllEnvs());

  it('delays a throttled action, and no other', async () => {
    const clock = new VirtualClock();
    const clients = new Clients(clock, new AbortController().signal);
    clients.useLimits([EC2_LIMITS]);
    const ec2 = clients.of(EC2Client, 'us-east-1');
    let throttles = 3;
    ec2.middlewareStack.add(
      (_, { commandName = '' }) =>
        async () => {
          if (commandName.startsWith('Modify') && throttles-- > 0)
            throw Object.assign(new Error(), { name: 'RequestLimitExceeded', $metadata: {} });
          return { response: {}, output: { $metadata: {} } };
        },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const start = clock.now();
    const modify = ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: 'i-1', DisableApiStop: { Value: false } }),
    );
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    await ec2.send(new StopInstancesCommand(ids(25)));
    await ec2.send(new DescribeInstancesCommand({}));
    expect(clock.now()).toBe(start);
    await clock.run(modify);
    expect(clock.now() - start).toBeGreaterThan(3 * 190);
  });
});
