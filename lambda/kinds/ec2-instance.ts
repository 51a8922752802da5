import { type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { Outcome, Planned, Resource } from '../core/model.ts';
import { type PlanContext, verbFor } from '../core/policy.ts';
import { restoreInstances } from './ec2-instance-restore.ts';
import { stopInstances, terminateInstances } from './ec2-instance-stop.ts';
import { oneTimeRequests } from './ec2-spot-request.ts';
import type { Kind } from './kind.ts';

export type InstanceFacts = {
  type: string;
  state: string;
  spot: 'no' | 'one-time' | 'persistent';
  instanceStore: boolean;
  group: string | null;
  launchedAt: string | null;
  /** Text like `User initiated (2026-01-31 23:59:59 GMT)`: the only place where EC2 tells when it was stopped. */
  transition: string;
};

const LAUNCHER_WAIT_MS = 5_000;
const UNPROTECT = {
  action: 'ec2:ModifyInstanceAttribute',
  // Published policies spell the values of this key both ways (`userData`, `BlockDeviceMapping`).
  condition: { StringEqualsIgnoreCase: { 'ec2:Attribute': ['DisableApiStop', 'DisableApiTermination'] } },
};

export const ec2Instance: Kind = {
  name: 'ec2-instance',
  title: 'EC2 instances',
  scope: 'regional',
  permissions: {
    discover: [{ action: 'ec2:DescribeInstances' }, { action: 'ec2:DescribeSpotInstanceRequests' }],
    act: {
      stop: [{ action: 'ec2:StopInstances' }],
      terminate: [{ action: 'ec2:TerminateInstances' }, { action: 'ec2:StopInstances' }],
      unprotect: [{ action: 'ec2:DescribeInstanceAttribute' }, UNPROTECT],
    },
    restore: [
      { action: 'ec2:DescribeInstances' },
      { action: 'ec2:StartInstances' },
      { action: 'ec2:DescribeInstanceAttribute' },
      UNPROTECT,
    ],
  },

  async *discover(aws, verb) {
    const states = ['pending', 'running', ...(verb === 'terminate' ? ['stopping', 'stopped'] : [])];
    const query = { Filters: [{ Name: 'instance-state-name', Values: states }], MaxResults: 1000 };
    for await (const page of paginateDescribeInstances({ client: aws.ec2 }, query, aws.options)) {
      const live = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      const spot = live.filter((instance) => instance.InstanceLifecycle === 'spot');
      yield live.filter((i) => !spot.includes(i)).map((i) => resource(aws.scope, i, 'no'));
      if (spot.length === 0) continue;
      const oneTime = await oneTimeRequests(
        aws,
        spot.flatMap((i) => i.SpotInstanceRequestId ?? []),
      );
      yield spot.map((i) =>
        resource(aws.scope, i, oneTime.has(i.SpotInstanceRequestId ?? '') ? 'one-time' : 'persistent'),
      );
    }
  },

  plan: (instances, context) => (instances as Resource<InstanceFacts>[]).map((i) => planInstance(i, context)),

  async *act(context, actions): AsyncIterable<Outcome> {
    yield* stopInstances(
      context,
      actions.filter((action) => action.verb === 'stop'),
    );
    yield* terminateInstances(
      context,
      actions.filter((action) => action.verb === 'terminate'),
    );
  },

  restore: restoreInstances,
};

function resource(scope: string, instance: Instance, spot: InstanceFacts['spot']): Resource<InstanceFacts> {
  const tag = instance.Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName');
  return {
    kind: 'ec2-instance',
    scope,
    id: instance.InstanceId ?? '',
    facts: {
      type: instance.InstanceType ?? 'unknown',
      state: instance.State?.Name ?? 'unknown',
      spot,
      instanceStore: instance.RootDeviceType === 'instance-store',
      group: tag?.Value ?? null,
      launchedAt: instance.LaunchTime?.toISOString() ?? null,
      transition: instance.StateTransitionReason ?? '',
    },
  };
}

function planInstance({ kind, scope, id, facts }: Resource<InstanceFacts>, context: PlanContext): Planned {
  const { policy, caller } = context;
  const ref = { kind, scope, id };
  if (policy.allow.instances.has(id)) return { ...ref, skip: 'allowed', reason: 'on the allowlist' };
  if (caller.instanceId === id) return { ...ref, skip: 'caller', reason: 'killswitch itself runs on it' };
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
  if (facts.state === 'stopped' && stoppedAt(facts.transition) < context.incidentOpenedAt)
    return { ...ref, skip: 'at-rest', reason: 'was stopped before this incident: it bills no compute' };
  const launcher = facts.group
    ? 'ec2-auto-scaling-group'
    : facts.spot === 'persistent'
      ? 'ec2-spot-request'
      : undefined;
  const after = launcher ? { after: { kind: launcher, atMostMs: LAUNCHER_WAIT_MS } } : {};
  return { ...ref, verb, before: { ...facts }, ...after };
}

/** Milliseconds; the far past when EC2 does not say. */
export function stoppedAt(transition: string): number {
  const stamp = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(transition);
  return stamp ? Date.parse(`${stamp[1]}T${stamp[2]}Z`) : 0;
}
