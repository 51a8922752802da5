import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SimulatedInstance } from '../../simulated-aws/services/ec2/instance.ts';
import { FiredAccount } from './fired-account.ts';

let fired: FiredAccount;
let machines: readonly SimulatedInstance[];

/** A batch of machines that were launched together; EC2 fails with 500 whenever a call names one of them. */
beforeEach(async () => {
  fired = new FiredAccount();
  machines = fired.account.ec2.launch('us-east-1', { type: 'c5.large', count: 25, launchedBy: 'intruder' });
  await fired.wait(60_000);
});
afterEach(() => fired.stop());

const failsFor = (ids: readonly string[]) =>
  fired.setFaults({
    when: ({ operation, input }) =>
      /^(Stop|Terminate)Instances$/.test(operation) &&
      (input as { InstanceIds?: string[] }).InstanceIds?.some((id) => ids.includes(id)) === true,
    fault: { kind: 'error', code: 'InternalError', status: 500 },
  });

test.each(['stop', 'terminate'] as const)(
  'one machine that makes EC2 fail does not keep the others running (%s)',
  async (mode) => {
    const broken = machines[7]?.id ?? '';
    failsFor([broken]);
    const report = await fired.fire({ mode });
    expect(fired.running).toEqual([broken]);
    const failed = report.actions.filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([{ id: broken, error: expect.stringContaining('InternalError') }]);
    expect(report.clean).toBe(false);
  },
);

test('nor do four of them', async () => {
  const broken = [1, 8, 14, 20].map((at) => machines[at]?.id ?? '');
  failsFor(broken);
  await fired.fire();
  expect(new Set(fired.running)).toEqual(new Set(broken));
});

test('when EC2 fails for all, few calls show that, and each machine is named', async () => {
  failsFor(machines.map(({ id }) => id));
  const report = await fired.fire();
  expect(report.actions.filter(({ status }) => status === 'failed')).toHaveLength(25);
  const stops = fired.endpoint.calls.filter(({ operation }) => operation === 'StopInstances');
  // The whole, two halves, four quarters, four alone; three attempts each, in three passes.
  expect(stops.length).toBeLessThanOrEqual(11 * 3 * 3);
});
