import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import type { HttpRequest } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';
import { WIRE_BEHAVIOURS } from '../../../simulated-aws/wire/behaviours.ts';
import type { FaultRule } from '../../../simulated-aws/wire/fault-rules.ts';
import { behaviour } from '../behaviour-test.ts';
import { inVirtualTime, wireAccount } from './wire-account.ts';

function faultyAccount(...rules: FaultRule[]) {
  const wired = wireAccount();
  wired.endpoint.rules.add(...rules);
  return { ...wired, ec2: new EC2Client(wired.config), iam: new IAMClient(wired.config) };
}

const listUsers = new ListUsersCommand({});
const describeInstances = new DescribeInstancesCommand({});

describe('a fault', () => {
  it.each([
    ['throttle', 'RequestLimitExceeded', 503],
    ['server-error', 'InternalError', 500],
    ['access-denied', 'UnauthorizedOperation', 403],
  ] as const)('%s comes in EC2 as %s', async (kind, name, httpStatusCode) => {
    const { ec2, endpoint } = faultyAccount({ when: { service: 'ec2' }, fault: { kind } });
    await expect(ec2.send(describeInstances)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(endpoint.calls).toMatchObject([{ fault: kind, code: name, status: httpStatusCode }]);
  });

  it('can be any error of a service', async () => {
    const fault = { kind: 'error', code: 'ServiceUnavailable', status: 503, message: 'a <b> & c' } as const;
    const { iam } = faultyAccount({ when: {}, fault });
    await expect(iam.send(listUsers)).rejects.toMatchObject({ name: fault.code, message: fault.message });
  });

  it('garbage is an answer that no client can read', async () => {
    const { iam } = faultyAccount({ when: {}, fault: { kind: 'garbage' } });
    await expect(iam.send(listUsers)).rejects.toThrow();
  });

  it('reset breaks the connection', async () => {
    const { iam, endpoint } = faultyAccount({ when: {}, fault: { kind: 'reset' } });
    await expect(iam.send(listUsers)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(endpoint.calls).toEqual([expect.not.objectContaining({ status: expect.anything() as unknown })]);
  });

  it('hang ends at the caller, after ten virtual seconds', async () => {
    const { iam, account } = faultyAccount({ when: {}, fault: { kind: 'hang' } });
    const before = account.timeline.now();
    const call = inVirtualTime(account.timeline, iam.send(listUsers));
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
    expect(account.timeline.now() - before).toBeGreaterThanOrEqual(10_000);
  });

  const request = { method: 'GET', path: '/', query: {}, headers: {}, hostname: 'localhost' } as HttpRequest;

  it('hang ends when the caller gives up, who says why', async () => {
    const { iam, endpoint, handler } = faultyAccount({ when: {}, fault: { kind: 'hang' } });
    const run = new AbortController();
    endpoint.onCall = () => run.abort(new Error('the deadline'));
    const direct = handler.handle(request, { abortSignal: run.signal });
    await expect(direct).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'the deadline' } });
    const call = iam.send(listUsers, { abortSignal: run.signal });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('a call that was given up before it was sent never arrives', async () => {
    const { endpoint, handler } = faultyAccount();
    const call = handler.handle(request, { abortSignal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(endpoint.received).toBe(0);
  });

  behaviour(WIRE_BEHAVIOURS, 'wire-effect-without-answer', async () => {
    const { iam, account } = faultyAccount(
      { when: { operation: 'CreateUser', nth: 1 }, fault: { kind: 'reset' } },
      { when: { operation: 'CreateUser', nth: 1 }, fault: { kind: 'reset' }, phase: 'after' },
    );
    const names = () => [...account.iam.users()].map(({ name }) => name);
    const create = (UserName: string) => iam.send(new CreateUserCommand({ UserName }));
    await expect(create('before')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(create('after')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(names()).toEqual(['alice', 'after']);
  });
});

describe('which calls a rule is about', () => {
  it('by region and operation, the nth, the first so many', async () => {
    const { ec2, iam, account } = faultyAccount(
      { when: { service: 'iam', nth: 2 }, fault: { kind: 'throttle' } },
      {
        when: { regions: ['us-east-1'], operations: ['StopInstances'], atMost: 1 },
        fault: { kind: 'server-error' },
      },
    );
    const [instance] = account.ec2.launch('us-east-1', { type: 't3.micro', count: 1, launchedBy: 'owner' });
    account.timeline.advanceTo(account.timeline.now() + 60_000);
    await iam.send(listUsers);
    await expect(iam.send(listUsers)).rejects.toMatchObject({ name: 'Throttling' });
    await iam.send(listUsers);
    await ec2.send(describeInstances);
    const stop = new StopInstancesCommand({ InstanceIds: [instance?.id ?? ''] });
    await expect(ec2.send(stop)).rejects.toMatchObject({ name: 'InternalError' });
    expect((await ec2.send(stop)).StoppingInstances).toMatchObject([{ CurrentState: { Name: 'stopping' } }]);
  });

  it('by any condition on the call on record', async () => {
    const { iam, endpoint } = faultyAccount({
      when: ({ input }) => (input as { MaxItems?: number }).MaxItems === 1,
      fault: { kind: 'throttle' },
    });
    await iam.send(listUsers);
    const one = new ListUsersCommand({ MaxItems: 1 });
    await expect(iam.send(one)).rejects.toMatchObject({ name: 'Throttling' });
    endpoint.rules.clear();
    await iam.send(one);
  });
});
