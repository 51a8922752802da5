import { keyOf, type Planned, type Resource } from '../../core/model.ts';
import { type PlanContext, verbFor } from '../../core/policy/policy.ts';
import { type GroupAction, type GroupFacts, PROCESSES } from './facts.ts';

/** Suspends the group, sets it to zero, or leaves it as it is. Pure. */
export function planGroup(
  { kind, scope, id, facts, owns = [] }: Resource<GroupFacts>,
  context: PlanContext,
): Planned<GroupAction> {
  const ref = { kind, scope, id };
  const isSuspended = PROCESSES.every((process) => facts.suspended.includes(process));
  const holdsExempt = owns.some((member) => context.exemption(member) !== undefined);
  // Scaling in terminates members, so a group with an exempt member is only suspended.
  if (verbFor(context.policy, scope) === 'terminate' && !holdsExempt)
    return { ...ref, verb: 'scale-in', before: facts };
  if (!isSuspended) return { ...ref, verb: 'suspend', before: facts };
  const launchedSince = facts.active.some(
    (member) => !context.seen.has(keyOf({ kind: 'ec2-instance', scope, id: member })),
  );
  if (context.acted.has(keyOf(ref)) && launchedSince && !holdsExempt)
    return { ...ref, verb: 'scale-in', before: facts };
  return {
    ...ref,
    skip: 'at-rest',
    reason: 'its processes are suspended: it launches and terminates nothing',
  };
}
