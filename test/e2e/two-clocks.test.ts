import { EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../lambda/shell/clock.ts';
import { SimulatedFire } from './simulated-fire.ts';

const HOUR_MS = 3_600_000;
const HOME = { onlyRegions: new Set(['us-east-1']), mode: 'terminate' } as const;

let setup: SimulatedFire;
beforeEach(() => {
  setup = new SimulatedFire();
});
afterEach(() => setup.end());

/** A laptop whose clock is so many hours ahead of AWS's. */
const laptop = (hours: number): Clock => ({
  ...systemClock,
  now: () => systemClock.now() + hours * HOUR_MS,
});
/** A machine that is being terminated counts as terminated. */
const states = () =>
  [...setup.account.ec2.instances()].map(({ state }) => (state === 'shutting-down' ? 'terminated' : state));

describe.each([-10, 0, 10])('a laptop whose clock is %i hours ahead of AWS', (hours) => {
  it('terminates what it had to stop first', async () => {
    await setup.launch('us-east-1', 2);
    // The stop works, and termination only in a later pass.
    const fault = { kind: 'server-error' } as const;
    setup.endpoint.rules.add({ when: { operation: 'TerminateInstances', atMost: 3 }, fault });
    const report = await setup.fire(HOME, { clock: laptop(hours) });
    expect(new Set(states())).toEqual(new Set(['terminated']));
    expect(report.clean).toBe(true);
  });

  it('leaves alone what was stopped five hours ago', async () => {
    await setup.launch('us-east-1', 2);
    await stopAll();
    await setup.pass(5 * HOUR_MS);
    const { skips } = await setup.fire(HOME, { clock: laptop(hours) });
    expect(states()).toEqual(['stopped', 'stopped']);
    const atRest = skips.filter(({ kind, code }) => kind === 'ec2-instance' && code === 'at-rest');
    expect(atRest).toHaveLength(2);
  });

  it('terminates what was stopped by hand after the incident had begun', async () => {
    await setup.launch('us-east-1', 2);
    await setup.launch('eu-west-1', 1);
    await setup.fire({ ...HOME, onlyRegions: new Set(['eu-west-1']) }, { clock: laptop(hours) });
    await stopAll();
    await setup.pass(60_000);
    await setup.fire(HOME, { clock: laptop(hours) });
    expect(new Set(states())).toEqual(new Set(['terminated']));
  });
});

async function stopAll(): Promise<void> {
  const running = [...setup.account.ec2.instances()].filter(({ state }) => state === 'running');
  const InstanceIds = running.map(({ id }) => id);
  const ec2 = new EC2Client({ region: 'us-east-1', requestHandler: setup.wire() });
  await setup.conductor.runUntil(ec2.send(new StopInstancesCommand({ InstanceIds })));
  await setup.pass(2 * 60_000);
}
