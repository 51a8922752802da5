import {
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { keyOf, type Resource } from '../core/model.ts';
import { type GroupFacts, PROCESSES, planGroup } from './ec2-auto-scaling-group-plan.ts';
import type { Kind } from './kind.ts';
import { actOnEach } from './one-by-one.ts';

const AT_ONCE = 20;
const RESTORE = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:ResumeProcesses',
  'autoscaling:UpdateAutoScalingGroup',
];

/** A group terminates and replaces a member that is stopped: so it is put to sleep before its members. */
export const ec2AutoScalingGroup: Kind = {
  name: 'ec2-auto-scaling-group',
  title: 'EC2 Auto Scaling groups',
  scope: 'regional',
  permissions: {
    discover: [{ action: 'autoscaling:DescribeAutoScalingGroups' }],
    act: {
      suspend: [{ action: 'autoscaling:SuspendProcesses' }],
      'scale-in': [{ action: 'autoscaling:UpdateAutoScalingGroup' }],
    },
    restore: RESTORE.map((action) => ({ action })),
  },

  async *discover(aws) {
    const pages = paginateDescribeAutoScalingGroups(
      { client: aws.autoScaling },
      { MaxRecords: 100 },
      aws.options,
    );
    for await (const page of pages)
      yield (page.AutoScalingGroups ?? [])
        .map((group) => resource(aws.scope, group))
        .filter(({ facts }) => facts.max > 0 || facts.desired > 0);
  },

  plan: (groups, context) => (groups as Resource<GroupFacts>[]).map((group) => planGroup(group, context)),

  // Auto Scaling says ValidationError for a group that is gone: the next pass tells.
  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { transient: ['ValidationError', 'ResourceContention'] }, ({ id, verb }) => {
      const group = { AutoScalingGroupName: id };
      const zero = { ...group, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
      return verb === 'suspend'
        ? aws.autoScaling.send(
            new SuspendProcessesCommand({ ...group, ScalingProcesses: PROCESSES }),
            aws.options,
          )
        : aws.autoScaling.send(new UpdateAutoScalingGroupCommand(zero), aws.options);
    }),

  async *restore(...what) {
    yield* (await import('./ec2-auto-scaling-group-restore.ts')).restoreGroups(...what);
  },
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
    owns: members.map(({ id }) => keyOf({ kind: 'ec2-instance', scope, id })),
  };
}
