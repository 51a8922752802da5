import { keyOf, type Planned, type Resource } from '../../core/model.ts';
import { type PlanContext, verbFor } from '../../core/policy/policy.ts';
import type { End, InstanceFacts } from './facts.ts';

/** How long a member waits for its group, and a spot machine for its request, before it is stopped anyway. */
const LAUNCHER_WAIT_MS = 5_000;

/** The action on an instance, or the reason to leave it alone. Pure. */
export function planInstance(
  { kind, scope, id, facts }: Resource<InstanceFacts>,
  context: PlanContext,
): Planned<End> {
  const { policy } = context;
  const ref = { kind, scope, id };
  let verb = verbFor(policy, scope);
  if (verb === 'stop' && facts.spot === 'one-time') verb = 'terminate';
  if (verb === 'stop' && facts.instanceStore) {
    if (policy.unstoppable === 'report')
      return {
        ...ref,
        skip: 'unstoppable',
        reason: 'its root disk is an instance store: it cannot be stopped, only terminated',
      };
    verb = 'terminate';
  }
  // Both times are AWS's. What this run has acted on is never at rest, whatever the clocks say.
  const isOld = stoppedAt(facts.transition) + 1_000 <= context.incidentOpenedAt;
  if (facts.state === 'stopped' && isOld && !context.acted.has(keyOf(ref)))
    return { ...ref, skip: 'at-rest', reason: 'was stopped before this incident: it bills no compute' };
  const launcher = facts.group
    ? 'ec2-auto-scaling-group'
    : facts.spot === 'persistent'
      ? 'ec2-spot-request'
      : undefined;
  const after = launcher ? { after: { kind: launcher, atMostMs: LAUNCHER_WAIT_MS } } : {};
  // The name is for people only: an undo needs none, and a journal of many machines is long enough.
  const { name: _, ...before } = facts;
  return { ...ref, verb, before, ...after };
}

/** Ms since 1970, exact to the second; 0 when EC2 does not say. */
export function stoppedAt(transition: string): number {
  const stamp = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(transition);
  return stamp ? Date.parse(`${stamp[1]}T${stamp[2]}Z`) : 0;
}
