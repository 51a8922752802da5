import {
  AutoScalingClient,
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Resource } from '../../core/model.ts';
import type { Deed } from '../kind.ts';
import { actOnEach } from '../one-by-one.ts';
import { type GroupAction, type GroupFacts, PROCESSES } from './facts.ts';
import { planGroup } from './plan.ts';

const AT_ONCE = 20;

export const ec2AutoScalingGroupDeed: Deed<GroupFacts, GroupAction> = {
  async *discover(aws) {
    const pages = paginateDescribeAutoScalingGroups(
      { client: aws.client(AutoScalingClient) },
      { MaxRecords: 100 },
      aws.options,
    );
    for await (const page of pages)
      yield (page.AutoScalingGroups ?? [])
        .map((group) => resource(aws.scope, group))
        .filter(({ facts }) => facts.max > 0 || facts.desired > 0);
  },

  plan: (groups, context) => groups.map((group) => planGroup(group, context)),

  // Auto Scaling returns ValidationError for a group that is gone; the next pass no longer lists it.
  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { transient: ['ValidationError', 'ResourceContention'] }, ({ id, verb }) => {
      const autoScaling = aws.client(AutoScalingClient);
      const group = { AutoScalingGroupName: id };
      const zero = { ...group, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
      return verb === 'suspend'
        ? autoScaling.send(
            new SuspendProcessesCommand({ ...group, ScalingProcesses: PROCESSES }),
            aws.options,
          )
        : autoScaling.send(new UpdateAutoScalingGroupCommand(zero), aws.options);
    }),
};

function resource(scope: string, group: AutoScalingGroup): Resource<GroupFacts> {
  const members = (group.Instances ?? []).flatMap(({ InstanceId = '', LifecycleState = '' }) =>
    InstanceId ? { id: InstanceId, isActive: /^(Pending|InService$)/.test(LifecycleState) } : [],
  );
  return {
    kind: 'ec2-auto-scaling-group',
    scope,
    id: group.AutoScalingGroupName ?? '',
    facts: {
      min: group.MinSize ?? 0,
      max: group.MaxSize ?? 0,
      desired: group.DesiredCapacity ?? 0,
      suspended: (group.SuspendedProcesses ?? []).flatMap((process) => process.ProcessName ?? []),
      members: members.map(({ id }) => id),
      active: members.filter(({ isActive }) => isActive).map(({ id }) => id),
    },
    owns: members.map(({ id }) => ({ kind: 'ec2-instance', scope, id })),
  };
}
