import { keyOf, type Planned, type Resource } from '../../core/model.ts';
import { type PlanContext, verbFor } from '../../core/policy/policy.ts';
import { type GroupAction, type GroupFacts, PROCESSES } from './facts.ts';

/** Pure: put the group to sleep, set it to zero, or leave it as it is. */
export function planGroup(
  { kind, scope, id, facts, owns = [] }: Resource<GroupFacts>,
  context: PlanContext,
): Planned<GroupAction> {
  const ref = { kind, scope, id };
  const asleep = PROCESSES.every((process) => facts.suspended.includes(process));
  const sparesMember = owns.some((member) => context.exemption(member) !== undefined);
  // Scaling in terminates members, so a group that holds an exempt one is only put to sleep.
  if (verbFor(context.policy, scope) === 'terminate' && !sparesMember)
    return { ...ref, verb: 'scale-in', before: facts };
  if (!asleep) return { ...ref, verb: 'suspend', before: facts };
  const launchedSince = facts.active.some(
    (member) => !context.seen.has(keyOf({ kind: 'ec2-instance', scope, id: member })),
  );
  if (context.acted.has(keyOf(ref)) && launchedSince && !sparesMember)
    return { ...ref, verb: 'scale-in', before: facts };
  return {
    ...ref,
    skip: 'at-rest',
    reason: 'its processes are suspended: it launches and terminates nothing',
  };
}
