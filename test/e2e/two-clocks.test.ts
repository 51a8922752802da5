import { EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../lambda/shell/clock.ts';
import { SimulatedFire } from './simulated-fire.ts';

const HOUR_MS = 3_600_000;
const HOME = { onlyRegions: new Set(['us-east-1']), mode: 'terminate' } as const;

let ground: SimulatedFire;
beforeEach(() => {
  ground = new SimulatedFire();
});
afterEach(() => ground.end());

/** A laptop whose clock is so many hours ahead of AWS's. */
const laptop = (hours: number): Clock => ({
  ...systemClock,
  now: () => systemClock.now() + hours * HOUR_MS,
});
/** A machine that is being terminated counts as terminated. */
const states = () =>
  [...ground.account.ec2.instances()].map(({ state }) => (state === 'shutting-down' ? 'terminated' : state));

describe.each([-10, 0, 10])('a laptop whose clock is %i hours ahead of AWS', (hours) => {
  it('terminates what it had to stop first', async () => {
    await ground.launch('us-east-1', 2);
    // The stop works, and termination only in a later pass.
    const fault = { kind: 'server-error' } as const;
    ground.endpoint.rules.add({ when: { operation: 'TerminateInstances', atMost: 3 }, fault });
    const report = await ground.fire(HOME, { clock: laptop(hours) });
    expect(new Set(states())).toEqual(new Set(['terminated']));
    expect(report.clean).toBe(true);
  });

  it('leaves alone what was stopped five hours ago', async () => {
    await ground.launch('us-east-1', 2);
    await stopAll();
    await ground.pass(5 * HOUR_MS);
    const { skips } = await ground.fire(HOME, { clock: laptop(hours) });
    expect(states()).toEqual(['stopped', 'stopped']);
    const atRest = skips.filter(({ kind, code }) => kind === 'ec2-instance' && code === 'at-rest');
    expect(atRest).toHaveLength(2);
  });

  it('terminates what was stopped by hand after the incident had begun', async () => {
    await ground.launch('us-east-1', 2);
    await ground.launch('eu-west-1', 1);
    await ground.fire({ ...HOME, onlyRegions: new Set(['eu-west-1']) }, { clock: laptop(hours) });
    await stopAll();
    await ground.pass(60_000);
    await ground.fire(HOME, { clock: laptop(hours) });
    expect(new Set(states())).toEqual(new Set(['terminated']));
  });
});

async function stopAll(): Promise<void> {
  const running = [...ground.account.ec2.instances()].filter(({ state }) => state === 'running');
  const InstanceIds = running.map(({ id }) => id);
  const ec2 = new EC2Client({ region: 'us-east-1', requestHandler: ground.wire() });
  await ground.conductor.runUntil(ec2.send(new StopInstancesCommand({ InstanceIds })));
  await ground.pass(2 * 60_000);
}
