import type { StopInstancesResult, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import { describe, expect } from 'vitest';
import { EC2_BEHAVIOURS } from '../../../../simulated-aws/services/ec2/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ec2Setup, idsOf, MINUTE, REGION } from './ec2-setup.ts';

const UNKNOWN = 'i-0123456789abcdef0';

describe('changing the state of EC2 instances', () => {
  behaviour(EC2_BEHAVIOURS, 'ec2-bad-id-fails-all', () => {
    const world = ec2Setup();
    const good = idsOf(world.running(2));
    for (const operation of ['StopInstances', 'TerminateInstances']) {
      expect(world.refusal(operation, { InstanceIds: [...good, UNKNOWN] })).toBe(
        'InvalidInstanceID.NotFound',
      );
      expect(world.refusal(operation, { InstanceIds: [...good, 'i-x'] })).toBe('InvalidInstanceID.Malformed');
    }
    expect(world.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-most-ids', () => {
    const world = ec2Setup();
    const ids = idsOf(world.running(1001));
    expect(world.refusal('StopInstances', { InstanceIds: ids })).toBe('InvalidParameterValue');
    expect(world.refusal('StopInstances', { InstanceIds: ids.slice(1) })).toBeUndefined();
    expect(world.refusal('StopInstances', { InstanceIds: [] })).toBe('MissingParameter');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-other-region', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1));
    expect(world.refusal('StopInstances', { InstanceIds }, 'eu-west-1')).toBe('InvalidInstanceID.NotFound');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-dry-run', () => {
    const world = ec2Setup();
    const [free, guarded] = idsOf([...world.running(1), ...world.running(1, { disableApiStop: true })]);
    const dryRun = (id: string | undefined) =>
      world.refusal('StopInstances', { InstanceIds: [id], DryRun: true });
    expect(dryRun(free)).toBe('DryRunOperation');
    expect(dryRun(guarded)).toBe('OperationNotPermitted');
    expect(world.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop', () => {
    const world = ec2Setup();
    const [instance] = world.running(1);
    const answer = world.call<StopInstancesResult>('StopInstances', { InstanceIds: [instance?.id] });
    expect(answer.StoppingInstances).toEqual([
      {
        InstanceId: instance?.id,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: { Code: 64, Name: 'stopping' },
      },
    ]);
    world.wait(MINUTE);
    expect(instance?.state).toBe('stopped');
    expect(instance?.transition).toBe('User initiated (2026-01-31 12:01:00 GMT)');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-again', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1));
    for (let time = 0; time < 3; time++) {
      expect(world.refusal('StopInstances', { InstanceIds })).toBeUndefined();
      world.wait(MINUTE / 2);
    }
    expect(world.states()).toEqual(['stopped']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-protected', () => {
    const world = ec2Setup();
    const [free, guarded] = [...world.running(1), ...world.running(1, { disableApiStop: true })];
    expect(() => world.call('StopInstances', { InstanceIds: [free?.id, guarded?.id] })).toThrow(
      `The instance '${guarded?.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
    expect(world.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-ignores-termination-protection', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1, { disableApiTermination: true }));
    expect(world.refusal('StopInstances', { InstanceIds })).toBeUndefined();
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-pending', () => {
    const world = ec2Setup();
    const running = world.running(1);
    const pending = world.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' });
    const InstanceIds = idsOf([...running, ...pending]);
    expect(world.refusal('StopInstances', { InstanceIds })).toBe('IncorrectInstanceState');
    expect(world.states()).toEqual(['running', 'pending']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-ended', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1));
    world.ec2.terminate(InstanceIds);
    expect(world.refusal('StopInstances', { InstanceIds })).toBe('IncorrectInstanceState');
    world.wait(MINUTE);
    expect(world.refusal('StopInstances', { InstanceIds })).toBe('IncorrectInstanceState');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-instance-store', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1, { instanceStore: true }));
    expect(world.refusal('StopInstances', { InstanceIds })).toBe('UnsupportedOperation');
    expect(world.refusal('TerminateInstances', { InstanceIds })).toBeUndefined();
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-one-time-spot', () => {
    const world = ec2Setup();
    world.ec2.requestSpot(REGION, {
      type: 't3.micro',
      count: 1,
      persistence: 'one-time',
      launchedBy: 'owner',
    });
    world.wait(MINUTE);
    const InstanceIds = idsOf(world.alive());
    expect(world.refusal('StopInstances', { InstanceIds })).toBe('UnsupportedOperation');
    expect(world.states()).toEqual(['running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-start', () => {
    const world = ec2Setup();
    const [instance] = world.running(1);
    const firstLaunch = instance?.launchedAt ?? 0;
    world.ec2.stop(instance?.id ?? '');
    world.wait(MINUTE);
    world.call('StartInstances', { InstanceIds: [instance?.id] });
    expect(instance?.state).toBe('pending');
    world.wait(MINUTE);
    expect(instance?.state).toBe('running');
    expect(instance?.transition).toBe('');
    expect(instance?.launchedAt).toBeGreaterThan(firstLaunch);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-start-refuses-stopping', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1));
    expect(world.refusal('StartInstances', { InstanceIds })).toBeUndefined();
    world.ec2.stop(InstanceIds);
    expect(world.refusal('StartInstances', { InstanceIds })).toBe('IncorrectInstanceState');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate', () => {
    const world = ec2Setup();
    const [running, stopped] = idsOf(world.running(2));
    world.ec2.stop(stopped ?? '');
    world.wait(MINUTE);
    const [pending] = idsOf(world.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' }));
    world.call('TerminateInstances', { InstanceIds: [running, stopped, pending] });
    expect(new Set(world.states())).toEqual(new Set(['shutting-down']));
    world.wait(MINUTE);
    expect(new Set(world.states())).toEqual(new Set(['terminated']));
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate-again', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1, { disableApiTermination: true }));
    world.ec2.terminate(InstanceIds);
    world.wait(MINUTE);
    const { TerminatingInstances } = world.call<TerminateInstancesResult>('TerminateInstances', {
      InstanceIds,
    });
    expect(TerminatingInstances?.[0]?.CurrentState?.Name).toBe('terminated');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate-by-zone', () => {
    const world = ec2Setup();
    const here = world.running(2, { zone: 'us-east-1a' });
    const guarded = world.running(1, { zone: 'us-east-1b', disableApiTermination: true });
    const beside = world.running(1, { zone: 'us-east-1b' });
    const InstanceIds = idsOf([...here, ...guarded, ...beside]);
    expect(world.refusal('TerminateInstances', { InstanceIds })).toBe('OperationNotPermitted');
    expect(world.states()).toEqual(['shutting-down', 'shutting-down', 'running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate-refuses-stop-protected', () => {
    const world = ec2Setup();
    const InstanceIds = idsOf(world.running(1, { disableApiStop: true }));
    expect(world.refusal('TerminateInstances', { InstanceIds })).toBe('OperationNotPermitted');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-modify-protection', () => {
    const world = ec2Setup();
    const [instance] = world.running(1);
    const modify = (change: object) =>
      world.refusal('ModifyInstanceAttribute', { InstanceId: instance?.id, ...change });
    expect(modify({ DisableApiStop: { Value: true } })).toBeUndefined();
    expect(modify({ Attribute: 'disableApiTermination', Value: 'true' })).toBeUndefined();
    expect([instance?.disableApiStop, instance?.disableApiTermination]).toEqual([true, true]);
    const both = { DisableApiStop: { Value: false }, DisableApiTermination: { Value: false } };
    expect(modify(both)).toBe('InvalidParameterCombination');
    expect(modify({})).toBe('InvalidParameterCombination');
    expect(modify({ DisableApiStop: { Value: false } })).toBeUndefined();
    expect([instance?.disableApiStop, instance?.disableApiTermination]).toEqual([false, true]);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-modify-refuses-spot', () => {
    const world = ec2Setup();
    world.ec2.requestSpot(REGION, {
      type: 't3.micro',
      count: 1,
      persistence: 'persistent',
      launchedBy: 'owner',
    });
    world.wait(MINUTE);
    const [spot] = world.alive();
    const [store] = world.running(1, { instanceStore: true });
    const modify = (InstanceId: string | undefined, attribute: string) =>
      world.refusal('ModifyInstanceAttribute', { InstanceId, [attribute]: { Value: true } });
    expect(modify(spot?.id, 'DisableApiStop')).toBe('UnsupportedOperation');
    expect(modify(spot?.id, 'DisableApiTermination')).toBe('UnsupportedOperation');
    expect(modify(store?.id, 'DisableApiStop')).toBe('UnsupportedOperation');
    expect(modify(store?.id, 'DisableApiTermination')).toBeUndefined();
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-modify-refuses-ended', () => {
    const world = ec2Setup();
    const [instance] = world.running(1);
    world.ec2.terminate(instance?.id ?? '');
    const change = { InstanceId: instance?.id, DisableApiStop: { Value: true } };
    expect(world.refusal('ModifyInstanceAttribute', change)).toBe('IncorrectInstanceState');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-transition-times', () => {
    const world = ec2Setup();
    const [instance] = world.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' });
    world.wait(4_999);
    expect(instance?.state).toBe('pending');
    world.wait(15_001);
    expect(instance?.state).toBe('running');
    world.ec2.stop(instance?.id ?? '');
    world.wait(9_999);
    expect(instance?.state).toBe('stopping');
    world.wait(50_001);
    expect(instance?.state).toBe('stopped');
    const times = (seed: number) => {
      const other = ec2Setup({ seed });
      other.ec2.launch(REGION, { type: 't3.micro', count: 3, launchedBy: 'owner' });
      other.wait(MINUTE);
      return [...other.ec2.instances()].map(({ changedAt }) => changedAt);
    };
    expect(times(7)).toEqual(times(7));
    expect(times(7)).not.toEqual(times(8));
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-quick-stop', () => {
    const world = ec2Setup();
    const [one, other] = idsOf(world.running(2));
    world.call('StopInstances', { InstanceIds: [one], SkipOsShutdown: true });
    world.call('StopInstances', { InstanceIds: [other], Force: true });
    world.wait(1_999);
    expect(world.states()).toEqual(['stopping', 'stopping']);
    world.wait(6_001);
    expect(world.states()).toEqual(['stopped', 'stopped']);
  });
});
