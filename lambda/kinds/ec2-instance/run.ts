import { EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { errorFacts, type Resource } from '../../core/model.ts';
import { plain } from '../../core/plain-text.ts';
import type { Deed } from '../kind.ts';
import type { End, InstanceFacts } from './facts.ts';
import { oneTimeRequests } from './one-time-requests.ts';
import { operatedBy } from './operator.ts';
import { planInstance } from './plan.ts';
import { endInstances } from './stop.ts';

/** Of a name, for people. EC2 allows 256 characters. */
const LONGEST_NAME = 64;

export const ec2InstanceDeed: Deed<InstanceFacts, End> = {
  async *discover(aws, verb) {
    const states = ['pending', 'running', ...(verb === 'terminate' ? ['stopping', 'stopped'] : [])];
    const query = {
      Filters: [{ Name: 'instance-state-name', Values: states }],
      MaxResults: 1000,
      // An account may hide what services operate; it bills all the same (ModifyManagedResourceVisibility).
      IncludeManagedResources: true,
    };
    for await (const page of paginateDescribeInstances(
      { client: aws.client(EC2Client) },
      query,
      aws.options,
    )) {
      const live = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      const resource = (instance: Instance, spot: InstanceFacts['spot']) =>
        found(aws.scope, instance, { spot, ...operatedBy(instance) });
      const spot = live.filter((instance) => instance.InstanceLifecycle === 'spot');
      yield live.filter((i) => !spot.includes(i)).map((i) => resource(i, 'no'));
      if (spot.length === 0) continue;
      // Unknown requests count as persistent: we try to stop their machines, and report any that EC2 refuses.
      const requests = spot.flatMap((instance) => instance.SpotInstanceRequestId ?? []);
      const oneTime = await oneTimeRequests(aws, requests).catch(errorFacts);
      if (!(oneTime instanceof Set)) yield { kind: 'ec2-spot-request', scope: aws.scope, ...oneTime };
      const isOneTime = (i: Instance) => oneTime instanceof Set && oneTime.has(i.SpotInstanceRequestId ?? '');
      yield spot.map((i) => resource(i, isOneTime(i) ? 'one-time' : 'persistent'));
    }
  },

  plan: (instances, context) => instances.map((instance) => planInstance(instance, context)),

  act: endInstances,
};

function found(
  scope: string,
  instance: Instance,
  more: Pick<InstanceFacts, 'spot' | 'operator' | 'operatedFor'>,
): Resource<InstanceFacts> {
  // Only AWS can write tags that begin with `aws:` (EC2 User Guide, Tag your Amazon EC2 resources).
  const group = instance.Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
  const name = instance.Tags?.find(({ Key }) => Key === 'Name')?.Value;
  const { SpotInstanceRequestId: request } = instance;
  const requested = request ? { kind: 'ec2-spot-request', scope, id: request } : undefined;
  const owner =
    group === undefined
      ? requested
      : { kind: 'ec2-auto-scaling-group', scope, id: group, ...(requested ? { owner: requested } : {}) };
  return {
    kind: 'ec2-instance',
    scope,
    id: instance.InstanceId ?? '',
    facts: {
      type: instance.InstanceType ?? 'unknown',
      state: instance.State?.Name ?? 'unknown',
      ...more,
      instanceStore: instance.RootDeviceType === 'instance-store',
      group: group ?? null,
      launchedAt: instance.LaunchTime?.toISOString() ?? null,
      transition: instance.StateTransitionReason ?? '',
      ...(name ? { name: plain(name, LONGEST_NAME) } : {}),
    },
    ...(owner ? { owner } : {}),
  };
}
