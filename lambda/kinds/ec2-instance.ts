import { type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { errorFacts, type Resource } from '../core/model.ts';
import { type InstanceFacts, meterInstance, planInstance } from './ec2-instance-plan.ts';
import { endInstances } from './ec2-instance-stop.ts';
import { oneTimeRequests } from './ec2-spot-one-time.ts';
import type { Kind } from './kind.ts';

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
      // Unknown requests are taken for persistent: their machines are stopped, or refuse and are named.
      const requests = spot.flatMap((instance) => instance.SpotInstanceRequestId ?? []);
      const oneTime = await oneTimeRequests(aws, requests).catch(errorFacts);
      if (!(oneTime instanceof Set)) yield { kind: 'ec2-spot-request', scope: aws.scope, ...oneTime };
      const isOneTime = (i: Instance) => oneTime instanceof Set && oneTime.has(i.SpotInstanceRequestId ?? '');
      yield spot.map((i) => resource(aws.scope, i, isOneTime(i) ? 'one-time' : 'persistent'));
    }
  },

  meter: (instance) => meterInstance(instance as Resource<InstanceFacts>),

  plan: (instances, context) => (instances as Resource<InstanceFacts>[]).map((i) => planInstance(i, context)),

  act: endInstances,

  async *restore(...what) {
    yield* (await import('./ec2-instance-restore.ts')).restoreInstances(...what);
  },
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
