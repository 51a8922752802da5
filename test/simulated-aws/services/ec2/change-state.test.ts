import type { StopInstancesResult, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import { describe, expect } from 'vitest';
import { EC2_BEHAVIOURS } from '../../../../simulated-aws/services/ec2/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ec2Setup, idsOf, MINUTE, REGION } from './ec2-setup.ts';

const UNKNOWN = 'i-0123456789abcdef0';

describe('changing the state of EC2 instances', () => {
  behaviour(EC2_BEHAVIOURS, 'ec2-bad-id-fails-all', () => {
    const setup = ec2Setup();
    const good = idsOf(setup.running(2));
    for (const operation of ['StopInstances', 'TerminateInstances']) {
      expect(setup.refusal(operation, { InstanceIds: [...good, UNKNOWN] })).toBe(
        'InvalidInstanceID.NotFound',
      );
      expect(setup.refusal(operation, { InstanceIds: [...good, 'i-x'] })).toBe('InvalidInstanceID.Malformed');
    }
    expect(setup.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-most-ids', () => {
    const setup = ec2Setup();
    const ids = idsOf(setup.running(1001));
    expect(setup.refusal('StopInstances', { InstanceIds: ids })).toBe('InvalidParameterValue');
    expect(setup.refusal('StopInstances', { InstanceIds: ids.slice(1) })).toBeUndefined();
    expect(setup.refusal('StopInstances', { InstanceIds: [] })).toBe('MissingParameter');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-other-region', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1));
    expect(setup.refusal('StopInstances', { InstanceIds }, 'eu-west-1')).toBe('InvalidInstanceID.NotFound');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-dry-run', () => {
    const setup = ec2Setup();
    const [free, guarded] = idsOf([...setup.running(1), ...setup.running(1, { disableApiStop: true })]);
    const dryRun = (id: string | undefined) =>
      setup.refusal('StopInstances', { InstanceIds: [id], DryRun: true });
    expect(dryRun(free)).toBe('DryRunOperation');
    expect(dryRun(guarded)).toBe('OperationNotPermitted');
    expect(setup.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop', () => {
    const setup = ec2Setup();
    const [instance] = setup.running(1);
    const answer = setup.call<StopInstancesResult>('StopInstances', { InstanceIds: [instance?.id] });
    expect(answer.StoppingInstances).toEqual([
      {
        InstanceId: instance?.id,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: { Code: 64, Name: 'stopping' },
      },
    ]);
    setup.wait(MINUTE);
    expect(instance?.state).toBe('stopped');
    expect(instance?.transition).toBe('User initiated (2026-01-31 12:01:00 GMT)');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-again', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1));
    for (let time = 0; time < 3; time++) {
      expect(setup.refusal('StopInstances', { InstanceIds })).toBeUndefined();
      setup.wait(MINUTE / 2);
    }
    expect(setup.states()).toEqual(['stopped']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-protected', () => {
    const setup = ec2Setup();
    const [free, guarded] = [...setup.running(1), ...setup.running(1, { disableApiStop: true })];
    expect(() => setup.call('StopInstances', { InstanceIds: [free?.id, guarded?.id] })).toThrow(
      `The instance '${guarded?.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
    expect(setup.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-ignores-termination-protection', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1, { disableApiTermination: true }));
    expect(setup.refusal('StopInstances', { InstanceIds })).toBeUndefined();
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-pending', () => {
    const setup = ec2Setup();
    const running = setup.running(1);
    const pending = setup.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' });
    const InstanceIds = idsOf([...running, ...pending]);
    expect(setup.refusal('StopInstances', { InstanceIds })).toBe('IncorrectInstanceState');
    expect(setup.states()).toEqual(['running', 'pending']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-ended', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1));
    setup.ec2.terminate(InstanceIds);
    expect(setup.refusal('StopInstances', { InstanceIds })).toBe('IncorrectInstanceState');
    setup.wait(MINUTE);
    expect(setup.refusal('StopInstances', { InstanceIds })).toBe('IncorrectInstanceState');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-instance-store', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1, { instanceStore: true }));
    expect(setup.refusal('StopInstances', { InstanceIds })).toBe('UnsupportedOperation');
    expect(setup.refusal('TerminateInstances', { InstanceIds })).toBeUndefined();
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-operated-refuses', () => {
    const setup = ec2Setup();
    const InstanceIds = [
      ...idsOf(setup.running(1)),
      ...idsOf(setup.running(1, { operator: 'eks.amazonaws.com' })),
    ];
    for (const operation of ['StopInstances', 'TerminateInstances'])
      expect(setup.refusal(operation, { InstanceIds })).toBe('UnauthorizedOperation');
    expect(setup.states()).toEqual(['running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-stop-refuses-one-time-spot', () => {
    const setup = ec2Setup();
    setup.ec2.requestSpot(REGION, {
      type: 't3.micro',
      count: 1,
      persistence: 'one-time',
      launchedBy: 'owner',
    });
    setup.wait(MINUTE);
    const InstanceIds = idsOf(setup.alive());
    expect(setup.refusal('StopInstances', { InstanceIds })).toBe('UnsupportedOperation');
    expect(setup.states()).toEqual(['running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-start', () => {
    const setup = ec2Setup();
    const [instance] = setup.running(1);
    const firstLaunch = instance?.launchedAt ?? 0;
    setup.ec2.stop(instance?.id ?? '');
    setup.wait(MINUTE);
    setup.call('StartInstances', { InstanceIds: [instance?.id] });
    expect(instance?.state).toBe('pending');
    setup.wait(MINUTE);
    expect(instance?.state).toBe('running');
    expect(instance?.transition).toBe('');
    expect(instance?.launchedAt).toBeGreaterThan(firstLaunch);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-start-refuses-stopping', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1));
    expect(setup.refusal('StartInstances', { InstanceIds })).toBeUndefined();
    setup.ec2.stop(InstanceIds);
    expect(setup.refusal('StartInstances', { InstanceIds })).toBe('IncorrectInstanceState');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate', () => {
    const setup = ec2Setup();
    const [running, stopped] = idsOf(setup.running(2));
    setup.ec2.stop(stopped ?? '');
    setup.wait(MINUTE);
    const [pending] = idsOf(setup.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' }));
    setup.call('TerminateInstances', { InstanceIds: [running, stopped, pending] });
    expect(new Set(setup.states())).toEqual(new Set(['shutting-down']));
    setup.wait(MINUTE);
    expect(new Set(setup.states())).toEqual(new Set(['terminated']));
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate-again', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1, { disableApiTermination: true }));
    setup.ec2.terminate(InstanceIds);
    setup.wait(MINUTE);
    const { TerminatingInstances } = setup.call<TerminateInstancesResult>('TerminateInstances', {
      InstanceIds,
    });
    expect(TerminatingInstances?.[0]?.CurrentState?.Name).toBe('terminated');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate-by-zone', () => {
    const setup = ec2Setup();
    const here = setup.running(2, { zone: 'us-east-1a' });
    const guarded = setup.running(1, { zone: 'us-east-1b', disableApiTermination: true });
    const beside = setup.running(1, { zone: 'us-east-1b' });
    const InstanceIds = idsOf([...here, ...guarded, ...beside]);
    expect(setup.refusal('TerminateInstances', { InstanceIds })).toBe('OperationNotPermitted');
    expect(setup.states()).toEqual(['shutting-down', 'shutting-down', 'running', 'running']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-terminate-refuses-stop-protected', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(1, { disableApiStop: true }));
    expect(setup.refusal('TerminateInstances', { InstanceIds })).toBe('OperationNotPermitted');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-modify-protection', () => {
    const setup = ec2Setup();
    const [instance] = setup.running(1);
    const modify = (change: object) =>
      setup.refusal('ModifyInstanceAttribute', { InstanceId: instance?.id, ...change });
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
    const setup = ec2Setup();
    setup.ec2.requestSpot(REGION, {
      type: 't3.micro',
      count: 1,
      persistence: 'persistent',
      launchedBy: 'owner',
    });
    setup.wait(MINUTE);
    const [spot] = setup.alive();
    const [store] = setup.running(1, { instanceStore: true });
    const modify = (InstanceId: string | undefined, attribute: string) =>
      setup.refusal('ModifyInstanceAttribute', { InstanceId, [attribute]: { Value: true } });
    expect(modify(spot?.id, 'DisableApiStop')).toBe('UnsupportedOperation');
    expect(modify(spot?.id, 'DisableApiTermination')).toBe('UnsupportedOperation');
    expect(modify(store?.id, 'DisableApiStop')).toBe('UnsupportedOperation');
    expect(modify(store?.id, 'DisableApiTermination')).toBeUndefined();
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-modify-refuses-ended', () => {
    const setup = ec2Setup();
    const [instance] = setup.running(1);
    setup.ec2.terminate(instance?.id ?? '');
    const change = { InstanceId: instance?.id, DisableApiStop: { Value: true } };
    expect(setup.refusal('ModifyInstanceAttribute', change)).toBe('IncorrectInstanceState');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-transition-times', () => {
    const setup = ec2Setup();
    const [instance] = setup.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' });
    setup.wait(4_999);
    expect(instance?.state).toBe('pending');
    setup.wait(15_001);
    expect(instance?.state).toBe('running');
    setup.ec2.stop(instance?.id ?? '');
    setup.wait(9_999);
    expect(instance?.state).toBe('stopping');
    setup.wait(50_001);
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
    const setup = ec2Setup();
    const [one, other] = idsOf(setup.running(2));
    setup.call('StopInstances', { InstanceIds: [one], SkipOsShutdown: true });
    setup.call('StopInstances', { InstanceIds: [other], Force: true });
    setup.wait(1_999);
    expect(setup.states()).toEqual(['stopping', 'stopping']);
    setup.wait(6_001);
    expect(setup.states()).toEqual(['stopped', 'stopped']);
  });
});
