import type { AutoScalingGroup, AutoScalingGroupsType } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { AUTO_SCALING_BEHAVIOURS } from '../../../../simulated-aws/services/auto-scaling/behaviours.ts';
import type { GroupPlan } from '../../../../simulated-aws/services/auto-scaling/group.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ec2Setup, HOUR, idsOf, MINUTE, REGION } from '../ec2/ec2-setup.ts';

const GROUP = { AutoScalingGroupName: 'web' };
const ZERO = { ...GROUP, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };

/** A group of three running members, unless the plan says otherwise. */
function groupSetup(plan: Partial<GroupPlan> = {}) {
  const setup = ec2Setup();
  const whole = { name: 'web', type: 'm5.large', min: 1, max: 5, desired: 3, launchedBy: 'owner', ...plan };
  const group = setup.autoScaling.createGroup(REGION, whole);
  setup.wait(MINUTE);
  const [first] = setup.alive();
  const shown = (): AutoScalingGroup | undefined =>
    setup.call<AutoScalingGroupsType>('DescribeAutoScalingGroups', {}).AutoScalingGroups?.[0];
  return {
    ...setup,
    group,
    shown,
    first: first?.id ?? '',
    suspend: (...ScalingProcesses: string[]) =>
      setup.call('SuspendProcesses', { ...GROUP, ScalingProcesses }),
    resume: (...ScalingProcesses: string[]) => setup.call('ResumeProcesses', { ...GROUP, ScalingProcesses }),
    sizes: () => Object.values(group.sizes),
    healthOf: (id: string) => shown()?.Instances?.find(({ InstanceId }) => InstanceId === id)?.HealthStatus,
  };
}

function planted() {
  const setup = ec2Setup();
  const { ImageId } = setup.call<{ ImageId: string }>('RegisterImage', { Name: 'image' });
  const LaunchTemplateData = { ImageId, InstanceType: 'g4dn.xlarge' };
  setup.call('CreateLaunchTemplate', { LaunchTemplateName: 'template', LaunchTemplateData });
  const create = (name: string, size: number) => ({
    AutoScalingGroupName: name,
    MinSize: size,
    MaxSize: size,
    DesiredCapacity: size,
    AvailabilityZones: [`${REGION}a`],
    LaunchTemplate: { LaunchTemplateName: 'template', Version: '$Latest' },
  });
  return { ...setup, create };
}

describe('an Auto Scaling group', () => {
  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-launches', () => {
    const { alive, shown, sizes } = groupSetup({ desired: 7, max: 9 });
    const inZone = (zone: string) => alive().filter((each) => each.zone === `${REGION}${zone}`).length;
    expect([inZone('a'), inZone('b'), inZone('c')].sort()).toEqual([2, 2, 3]);
    expect(sizes()).toEqual([1, 9, 7]);
    expect(shown()?.Instances?.map(({ LifecycleState }) => LifecycleState)).toEqual(
      Array(7).fill('InService'),
    );
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-tags', () => {
    const setup = planted();
    setup.call('CreateAutoScalingGroup', {
      ...setup.create('web', 3),
      Tags: [{ Key: 'app', Value: 'web', PropagateAtLaunch: true }],
    });
    expect(setup.alive().map(({ tags }) => tags)).toEqual(
      Array(3).fill({ app: 'web', 'aws:autoscaling:groupName': 'web' }),
    );
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-replaces-stopped', () => {
    const { call, wait, alive, first, ec2 } = groupSetup();
    call('StopInstances', { InstanceIds: [first] });
    wait(3 * MINUTE);
    expect(ec2.instance(first)?.state).toBe('terminated');
    expect(alive()).toHaveLength(3);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-replaces-terminated', () => {
    const { call, wait, alive, shown } = groupSetup();
    call('TerminateInstances', { InstanceIds: idsOf(alive()) });
    wait(3 * MINUTE);
    expect(alive()).toHaveLength(3);
    expect(shown()?.Instances).toHaveLength(3);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-notices', () => {
    const { call, wait, healthOf, first, alive } = groupSetup();
    call('TerminateInstances', { InstanceIds: [first] });
    wait(4_999);
    expect(healthOf(first)).toBe('Healthy');
    wait(55_001);
    expect(healthOf(first)).not.toBe('Healthy');
    expect(alive()).toHaveLength(3);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-asleep', () => {
    const { call, suspend, wait, alive, states, first } = groupSetup();
    suspend('Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance');
    call('StopInstances', { InstanceIds: idsOf(alive()) });
    wait(HOUR);
    expect(states()).toEqual(['stopped', 'stopped', 'stopped']);
    call('TerminateInstances', { InstanceIds: [first] });
    wait(HOUR / 2);
    expect(states()).toEqual(['terminated', 'stopped', 'stopped']);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-no-launch', () => {
    const { call, suspend, resume, wait, alive, first, ec2 } = groupSetup();
    suspend('Launch');
    call('StopInstances', { InstanceIds: [first] });
    wait(3 * MINUTE);
    expect(ec2.instance(first)?.state).toBe('terminated');
    expect(alive()).toHaveLength(2);
    resume('Launch');
    wait(MINUTE);
    expect(alive()).toHaveLength(3);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-no-terminate', () => {
    const { call, suspend, resume, wait, alive, first, ec2, healthOf } = groupSetup();
    suspend('Terminate');
    call('StopInstances', { InstanceIds: [first] });
    wait(3 * MINUTE);
    expect([ec2.instance(first)?.state, healthOf(first)]).toEqual(['stopped', 'Unhealthy']);
    expect(alive()).toHaveLength(2);
    resume('Terminate');
    wait(2 * MINUTE);
    expect(ec2.instance(first)?.state).toBe('terminated');
    expect(alive()).toHaveLength(3);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-no-health-check', () => {
    const { call, suspend, wait, first, ec2, healthOf } = groupSetup();
    suspend('HealthCheck');
    call('StopInstances', { InstanceIds: [first] });
    wait(HOUR);
    expect([ec2.instance(first)?.state, healthOf(first)]).toEqual(['stopped', 'Healthy']);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-no-replacement', () => {
    const { call, suspend, wait, first, ec2, healthOf } = groupSetup();
    suspend('ReplaceUnhealthy');
    call('StopInstances', { InstanceIds: [first] });
    wait(HOUR);
    expect([ec2.instance(first)?.state, healthOf(first)]).toEqual(['stopped', 'Unhealthy']);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-zero', () => {
    const { call, wait, states, shown, ledger } = groupSetup();
    call('UpdateAutoScalingGroup', ZERO);
    wait(3 * MINUTE);
    expect(states()).toEqual(['terminated', 'terminated', 'terminated']);
    expect(shown()?.Instances).toEqual([]);
    expect(ledger.usdPerHour()).toBe(0);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-protection-is-no-obstacle', () => {
    const { call, ec2, wait, states, alive, first } = groupSetup({
      disableApiStop: true,
      disableApiTermination: true,
    });
    ec2.stop(first);
    wait(3 * MINUTE);
    expect(ec2.instance(first)?.state).toBe('terminated');
    expect(alive()).toHaveLength(3);
    call('UpdateAutoScalingGroup', ZERO);
    wait(3 * MINUTE);
    expect(new Set(states())).toEqual(new Set(['terminated']));
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-scale-in-protection', () => {
    const { call, ec2, wait, alive, first } = groupSetup({ protectedFromScaleIn: true });
    ec2.stop(first);
    wait(3 * MINUTE);
    expect(ec2.instance(first)?.state).toBe('terminated');
    call('UpdateAutoScalingGroup', ZERO);
    wait(HOUR / 2);
    expect(alive()).toHaveLength(3);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-terminate-suspended', () => {
    const { call, suspend, resume, wait, alive } = groupSetup();
    suspend('Terminate');
    call('UpdateAutoScalingGroup', ZERO);
    wait(HOUR);
    expect(alive()).toHaveLength(3);
    resume('Terminate');
    wait(MINUTE);
    expect(alive()).toEqual([]);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-sizes-bound-desired', () => {
    const { call, sizes } = groupSetup();
    call('UpdateAutoScalingGroup', { ...GROUP, MaxSize: 2 });
    expect(sizes()).toEqual([1, 2, 2]);
    call('UpdateAutoScalingGroup', { ...GROUP, MinSize: 4, MaxSize: 6 });
    expect(sizes()).toEqual([4, 6, 4]);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-invalid-sizes', () => {
    const { refusal, sizes } = groupSetup();
    for (const wrong of [{ DesiredCapacity: 6 }, { DesiredCapacity: 0 }, { MinSize: 6, DesiredCapacity: 6 }])
      expect(refusal('UpdateAutoScalingGroup', { ...GROUP, ...wrong })).toBe('ValidationError');
    expect(sizes()).toEqual([1, 5, 3]);
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-unknown-group', () => {
    const { create, refusal } = planted();
    for (const operation of ['UpdateAutoScalingGroup', 'SuspendProcesses', 'ResumeProcesses'])
      expect(refusal(operation, { AutoScalingGroupName: 'none' })).toBe('ValidationError');
    expect(refusal('CreateAutoScalingGroup', create('web', 1))).toBeUndefined();
    expect(refusal('CreateAutoScalingGroup', create('web', 1))).toBe('AlreadyExists');
    // Another region has neither this group nor its template.
    expect(refusal('CreateAutoScalingGroup', create('web', 1), 'eu-west-1')).toBe('ValidationError');
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-delete', () => {
    const { call, refusal, shown, wait, alive } = groupSetup();
    expect(refusal('DeleteAutoScalingGroup', GROUP)).toBe('ResourceInUse');
    expect(alive()).toHaveLength(3);
    call('DeleteAutoScalingGroup', { ...GROUP, ForceDelete: true });
    expect(shown()).toBeUndefined();
    wait(5 * MINUTE);
    expect(alive()).toEqual([]);
    expect(refusal('DeleteAutoScalingGroup', GROUP)).toBe('ValidationError');
    const empty = groupSetup();
    empty.call('UpdateAutoScalingGroup', ZERO);
    empty.wait(5 * MINUTE);
    empty.call('DeleteAutoScalingGroup', GROUP);
    expect(empty.shown()).toBeUndefined();
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-suspend-all', () => {
    const { call, suspend, shown, refusal } = groupSetup();
    suspend();
    expect(shown()?.SuspendedProcesses).toHaveLength(9);
    expect(shown()?.SuspendedProcesses?.[0]).toEqual({
      ProcessName: 'Launch',
      SuspensionReason: 'User suspended at 2026-01-31T12:01:00Z',
    });
    call('ResumeProcesses', GROUP);
    expect(shown()?.SuspendedProcesses).toEqual([]);
    expect(refusal('SuspendProcesses', { ...GROUP, ScalingProcesses: ['Sleep'] })).toBe('ValidationError');
  });

  behaviour(AUTO_SCALING_BEHAVIOURS, 'auto-scaling-pages', () => {
    const setup = ec2Setup();
    const names = Array.from({ length: 230 }, (_, at) => `group-${at}`);
    for (const name of names)
      setup.autoScaling.createGroup(REGION, {
        name,
        type: 'm5.large',
        min: 0,
        max: 1,
        desired: 0,
        launchedBy: 'owner',
      });
    const pages = (MaxRecords?: number) => {
      const found: (string | undefined)[][] = [];
      let NextToken: string | undefined;
      do {
        const page = setup.call<AutoScalingGroupsType>('DescribeAutoScalingGroups', {
          MaxRecords,
          NextToken,
        });
        found.push((page.AutoScalingGroups ?? []).map(({ AutoScalingGroupName }) => AutoScalingGroupName));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    };
    expect(pages().map(({ length }) => length)).toEqual([50, 50, 50, 50, 30]);
    expect(pages(100).flat()).toEqual(names);
    expect(setup.refusal('DescribeAutoScalingGroups', { MaxRecords: 101 })).toBe('ValidationError');
    const named = { AutoScalingGroupNames: ['group-7', 'none'] };
    const { AutoScalingGroups } = setup.call<AutoScalingGroupsType>('DescribeAutoScalingGroups', named);
    expect(AutoScalingGroups).toHaveLength(1);
  });

  it('replaces 999 members that are stopped at once', () => {
    const { call, wait, alive } = groupSetup({ min: 0, max: 999, desired: 999 });
    call('StopInstances', { InstanceIds: idsOf(alive()) });
    wait(5 * MINUTE);
    expect(alive()).toHaveLength(999);
  });
});
