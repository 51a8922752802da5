import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Aws } from '../../shell/calls/aws.ts';
import { liveStates } from '../ec2-instance/restore.ts';
import type { RestoreStep, Undo } from '../kind.ts';
import { restoreEach } from '../one-by-one.ts';
import { type GroupAction, PROCESSES } from './facts.ts';

const POLL_MS = 5_000;
const MEMBERS_RUN_WITHIN_MS = 180_000;

/**
 * Gives each group its sizes back, then resumes the processes that we suspended. It comes after the
 * instances: a group that resumes before its members run would replace them.
 */
export const ec2AutoScalingGroupUndo: Undo<GroupAction> = {
  restore: (aws, actions, dryRun) => restoreEach(actions, {}, (action) => restoreGroup(aws, action, dryRun)),
};

async function restoreGroup(aws: Aws, action: GroupAction, dryRun: boolean): Promise<RestoreStep> {
  const { before } = action;
  const autoScaling = aws.client(AutoScalingClient);
  const AutoScalingGroupName = action.id;
  const query = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] });
  const group = (await autoScaling.send(query, aws.options)).AutoScalingGroups?.[0];
  if (!group) return { action, status: 'impossible', detail: 'the group no longer exists' };
  if (action.verb === 'scale-in') {
    const { min: MinSize, max: MaxSize, desired: DesiredCapacity } = before;
    if (!isEmptied(group)) return { action, status: 'unchanged', detail: 'its sizes are not 0/0/0' };
    const sizes = { AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity };
    if (!dryRun) await autoScaling.send(new UpdateAutoScalingGroupCommand(sizes), aws.options);
    return { action, status: 'restored', detail: `sizes ${MinSize}/${MaxSize}/${DesiredCapacity}` };
  }
  const suspended = (group.SuspendedProcesses ?? []).flatMap((process) => process.ProcessName ?? []);
  const ours = PROCESSES.filter(
    (process) => suspended.includes(process) && !before.suspended.includes(process),
  );
  if (ours.length === 0) return { action, status: 'unchanged', detail: 'its processes run' };
  if (!dryRun && !(await membersRun(aws, before.members)))
    return {
      action,
      status: 'failed',
      detail: 'its members are not running yet: run restore again in a minute',
    };
  const resume = new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ours });
  if (!dryRun) await autoScaling.send(resume, aws.options);
  return { action, status: 'restored', detail: `${ours.length} processes resumed` };
}

/** Waits until no member is starting or stopping: the resumed group would replace such a member. */
async function membersRun(aws: Aws, members: readonly string[]): Promise<boolean> {
  const until = aws.clock.now() + MEMBERS_RUN_WITHIN_MS;
  while (true) {
    const states = await liveStates(aws, members);
    if (![...states.values()].some((state) => state === 'pending' || state === 'stopping')) return true;
    if (aws.clock.now() >= until) return false;
    await aws.clock.sleep(POLL_MS, aws.options.abortSignal);
  }
}

const isEmptied = (group: AutoScalingGroup) =>
  group.MinSize === 0 && group.MaxSize === 0 && group.DesiredCapacity === 0;
