import { EC2_LIMITS } from '../ec2-instance/limits.ts';
import { defineKind } from '../kind.ts';
import { groupBefore, groupFacts } from './facts.ts';
import { ec2AutoScalingGroupDeed } from './run.ts';

/** A group terminates and replaces a stopped member, so it is suspended before its members are stopped. */
export const ec2AutoScalingGroup = defineKind({
  name: 'ec2-auto-scaling-group',
  title: 'EC2 Auto Scaling groups',
  scope: 'regional',
  isFirst: true,
  facts: groupFacts,
  discover: [{ action: 'autoscaling:DescribeAutoScalingGroups' }],
  verbs: {
    suspend: {
      grants: [{ action: 'autoscaling:SuspendProcesses' }],
      before: groupBefore,
      words: {
        done: ['Auto Scaling group suspended', 'Auto Scaling groups suspended'],
        putBack: ['Auto Scaling group', 'Auto Scaling groups'],
      },
    },
    'scale-in': {
      grants: [{ action: 'autoscaling:UpdateAutoScalingGroup' }],
      before: groupBefore,
      endsOwned: true,
      words: {
        done: ['Auto Scaling group set to zero', 'Auto Scaling groups set to zero'],
        putBack: ["Auto Scaling group's sizes", "Auto Scaling groups' sizes"],
      },
    },
  },
  restore: [
    { action: 'autoscaling:DescribeAutoScalingGroups' },
    { action: 'autoscaling:ResumeProcesses' },
    { action: 'autoscaling:UpdateAutoScalingGroup' },
    { action: 'ec2:DescribeInstances' },
  ],
  // For the undo, which asks EC2 whether the members run.
  limits: [EC2_LIMITS],
  exempt: {
    arn: { service: 'autoscaling', idOf: (resource) => /:autoScalingGroupName\/(.+)$/s.exec(resource)?.[1] },
  },
  shown: ({ desired }) => ({ type: `wants ${desired}` }),
  load: async () => ec2AutoScalingGroupDeed,
  loadUndo: async () => (await import('./restore.ts')).ec2AutoScalingGroupUndo,
});
