import { keyOf, type Planned, type Resource } from '../core/model.ts';
import { type PlanContext, verbFor } from '../core/policy.ts';

export type GroupFacts = {
  min: number;
  max: number;
  desired: number;
  suspended: string[];
  members: string[];
  /** Members that were launched and are not on standby. */
  active: string[];
};

/** With these asleep a group neither replaces a stopped member nor terminates it. */
export const PROCESSES = ['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance'];

/** Pure: put the group to sleep, set it to zero, or leave it as it is. */
export function planGroup({ kind, scope, id, facts }: Resource<GroupFacts>, context: PlanContext): Planned {
  const ref = { kind, scope, id };
  const asleep = PROCESSES.every((process) => facts.suspended.includes(process));
  const sparesMember = facts.members.some((member) => context.policy.allow.instances.has(member));
  // Scaling in terminates members, so a group that holds an allowlisted one is only put to sleep.
  if (verbFor(context.policy, scope) === 'terminate' && !sparesMember)
    return { ...ref, verb: 'scale-in', before: facts };
  if (!asleep) return { ...ref, verb: 'suspend', before: facts };
  const launchedSince = facts.active.some(
    (m) => !context.seen.has(keyOf({ kind: 'ec2-instance', scope, id: m })),
  );
  if (context.acted.has(keyOf(ref)) && launchedSince && !sparesMember)
    return { ...ref, verb: 'scale-in', before: facts };
  return {
    ...ref,
    skip: 'at-rest',
    reason: 'its processes are suspended: it launches and terminates nothing',
  };
}
