import { afterEach, beforeEach, expect, test } from 'vitest';
import { journalKeys } from '../../lambda/core/journal.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { SimulatedInstance } from '../../simulated-aws/services/ec2/instance.ts';
import { FiredAccount } from './fired-account.ts';

let fired: FiredAccount;
beforeEach(() => {
  fired = new FiredAccount();
});
afterEach(() => fired.stop());

/** Machines that run; EC2 says of the first that it cannot be stopped. */
async function machines(more: { disableApiTermination?: boolean } = {}): Promise<SimulatedInstance[]> {
  const all = fired.account.ec2.launch('us-east-1', {
    type: 'c5.large',
    count: 3,
    launchedBy: 'intruder',
    ...more,
  });
  await fired.wait(60_000);
  const id = all[0]?.id ?? '';
  fired.setFaults({
    when: ({ operation, input }) =>
      operation === 'StopInstances' && (input as { InstanceIds: string[] }).InstanceIds.includes(id),
    fault: { kind: 'error', code: 'UnsupportedOperation', status: 400 },
  });
  return all;
}

test.each([false, true])(
  'with `unstoppable: terminate`, what EC2 cannot stop is terminated, and nothing else (protected: %s)',
  async (disableApiTermination) => {
    const [unstoppable, ...others] = await machines({ disableApiTermination });
    const report = await fired.fire({ unstoppable: 'terminate' });
    await fired.wait(120_000);
    expect(unstoppable?.state).toBe('terminated');
    expect(others.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect([report.clean, exitCodeOf(report)]).toEqual([true, 0]);
    expect(report.actions).toContainEqual(
      expect.objectContaining({ id: unstoppable?.id, verb: 'terminate', status: 'done' }),
    );
    const records = (await fired.store.list(journalKeys.records(report.run))).map((key) =>
      fired.store.get(key),
    );
    expect((await Promise.all(records)).join()).toMatch(
      new RegExp(`"id":"${unstoppable?.id}","verb":"terminate"`),
    );
  },
);

test('by default it is reported, and what bills on is not called clean', async () => {
  const [unstoppable] = await machines();
  const report = await fired.fire();
  expect(unstoppable?.state).toBe('running');
  expect(report.skips).toContainEqual(expect.objectContaining({ id: unstoppable?.id, code: 'unstoppable' }));
  expect([report.clean, exitCodeOf(report)]).toEqual([false, 3]);
});

test.each(['report', 'terminate'] as const)(
  'the machine of a persistent spot request that somebody cancelled cannot be stopped either (%s)',
  async (unstoppable) => {
    const { ec2 } = fired.account;
    const order = {
      type: 'g4dn.xlarge',
      count: 1,
      persistence: 'persistent',
      launchedBy: 'intruder',
    } as const;
    const [request] = ec2.requestSpot('us-east-1', order);
    await fired.wait(60_000);
    const machine = ec2.instance(request?.instanceId ?? '');
    if (request) ec2.spot.cancel(request);
    const report = await fired.fire({ unstoppable });
    await fired.wait(120_000);
    expect(machine?.state).toBe(unstoppable === 'terminate' ? 'terminated' : 'running');
    expect(report.clean).toBe(unstoppable === 'terminate');
    if (unstoppable === 'report')
      expect(report.skips).toContainEqual(expect.objectContaining({ id: machine?.id, code: 'unstoppable' }));
  },
);

test.each(['UnauthorizedOperation', 'UnsupportedOperation', 'InvalidInstanceID.NotFound'])(
  'the run ends also where EC2 refuses to terminate it (%s)',
  async (code) => {
    const [unstoppable] = await machines();
    const id = unstoppable?.id ?? '';
    const isAsked = (input: unknown) =>
      (input as { InstanceIds?: string[] }).InstanceIds?.includes(id) === true;
    fired.setFaults(
      {
        when: ({ operation, input }) => operation === 'StopInstances' && isAsked(input),
        fault: { kind: 'error', code: 'UnsupportedOperation', status: 400 },
      },
      {
        when: ({ operation, input }) => operation === 'TerminateInstances' && isAsked(input),
        fault: { kind: 'error', code, status: 403 },
      },
    );
    const report = await fired.fire({ unstoppable: 'terminate' });
    expect(report.clean).toBe(false);
    expect(report.regions['us-east-1']?.passes).toBeLessThan(20);
  },
);
