import type {
  _InstanceType,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  Instance,
  InstanceState as InstanceStateOutput,
  Reservation,
} from '@aws-sdk/client-ec2';
import { groupBy } from '../../core/group-by.ts';
import { pageAfter, placeOf } from '../../core/paging.ts';
import type { CallContext } from '../../core/service.ts';
import type { Ec2 } from './ec2.ts';
import { type Filterable, matcher, plainValues } from './filters.ts';
import { INSTANCE_STATES, type InstanceState, type SimulatedInstance, STATE_CODES } from './instance.ts';
import { instancesOf, notFound } from './instance-ids.ts';
import { endDryRun, invalidCombination, pageSize } from './requests.ts';

const FILTERS: Filterable<SimulatedInstance> = {
  fields: {
    'availability-zone': ({ zone }) => zone,
    'image-id': ({ launched }) => launched.imageId,
    'instance-id': ({ id }) => id,
    // On-demand instances have no lifecycle.
    'instance-lifecycle': ({ lifecycle }) => (lifecycle === 'spot' ? 'spot' : undefined),
    'instance-state-code': ({ state }) => String(STATE_CODES[state]),
    'instance-state-name': ({ state }) => state,
    'instance-type': ({ type }) => type,
    'operator.managed': ({ operator }) => String(operator !== undefined),
    'operator.principal': ({ operator }) => operator,
    'reservation-id': ({ launched }) => launched.reservationId,
    'root-device-type': ({ rootDevice }) => rootDevice,
    'spot-instance-request-id': ({ spotRequestId }) => spotRequestId,
  },
  tags: ({ tags }) => tags,
};

/** Source: API_DescribeInstances. A page may split a reservation. @throws ServiceError. */
export function describeInstances(
  ec2: Ec2,
  input: DescribeInstancesRequest,
  { region, now }: CallContext,
): DescribeInstancesResult {
  endDryRun(input);
  const { InstanceIds, Filters } = input;
  if (InstanceIds?.length && input.MaxResults !== undefined)
    throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  const matches = matcher(Filters, FILTERS);
  const isHidden = ({ operator }: SimulatedInstance) =>
    ec2.hidesOperated && operator !== undefined && !input.IncludeManagedResources;
  const isVisible = (one: SimulatedInstance) => one.launched.visibleAt <= now && !isHidden(one);
  const { items, NextToken } = pageAfter(
    matching(candidates(ec2, region, input, isVisible), (one) => isVisible(one) && matches(one)),
    pageSize(input),
    ({ sequence }) => sequence,
  );
  const Reservations = [...groupBy(items, ({ launched }) => launched.reservationId).values()].map((some) =>
    reservation(ec2, some),
  );
  return { Reservations, ...(NextToken === undefined ? {} : { NextToken }) };
}

/**
 * Instances from the page's place on, in the order of launch; only those that the ids and states in the request allow.
 */
function candidates(
  ec2: Ec2,
  region: string,
  input: DescribeInstancesRequest,
  isVisible: (instance: SimulatedInstance) => boolean,
): Iterable<SimulatedInstance> {
  const place = placeOf(input);
  if (input.InstanceIds?.length) {
    const named = instancesOf(ec2, region, input.InstanceIds);
    const unseen = named.filter((instance) => !isVisible(instance)).map(({ id }) => id);
    if (unseen.length > 0) throw notFound(unseen);
    return named;
  }
  const ids = plainValues(input.Filters, 'instance-id');
  if (ids)
    return [...new Set(ids)]
      .flatMap((id) => ec2.instance(id) ?? [])
      .filter((one) => one.region === region && one.sequence > place)
      .sort((a, b) => a.sequence - b.sequence);
  const states = plainValues(input.Filters, 'instance-state-name');
  const known = states && INSTANCE_STATES.filter((state) => states.includes(state));
  return known ? inStates(ec2, region, place, known) : ec2.index(region).after(place);
}

/** Ends as soon as it has seen all instances in these states. */
function* inStates(
  ec2: Ec2,
  region: string,
  place: number,
  states: readonly InstanceState[],
): Iterable<SimulatedInstance> {
  const index = ec2.index(region);
  let left = index.count(states);
  if (left === 0) return;
  for (const instance of index.after(place)) {
    if (!states.includes(instance.state)) continue;
    yield instance;
    if (--left === 0) return;
  }
}

function* matching<T>(items: Iterable<T>, matches: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (matches(item)) yield item;
}

/** The instances of one reservation as EC2 shows them. */
export function reservation(ec2: Ec2, instances: readonly SimulatedInstance[]): Reservation {
  return {
    ReservationId: instances[0]?.launched.reservationId,
    OwnerId: ec2.context.accountId,
    Groups: [],
    Instances: instances.map((instance) => describe(instance, ec2.hidesOperated)),
  };
}

export const stateOf = (state: InstanceState): InstanceStateOutput => ({
  Code: STATE_CODES[state],
  Name: state,
});

function describe(instance: SimulatedInstance, HiddenByDefault: boolean): Instance {
  const { launched, lifecycle, spotRequestId, operator } = instance;
  return {
    InstanceId: instance.id,
    ImageId: launched.imageId,
    InstanceType: instance.type as _InstanceType,
    State: stateOf(instance.state),
    StateTransitionReason: instance.transition,
    ...(instance.transition === ''
      ? {}
      : {
          StateReason: {
            Code: 'Client.UserInitiatedShutdown',
            Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
          },
        }),
    LaunchTime: new Date(instance.launchedAt),
    AmiLaunchIndex: instance.launchIndex,
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
    Monitoring: { State: 'disabled' },
    Architecture: 'x86_64',
    RootDeviceType: instance.rootDevice,
    RootDeviceName: '/dev/sda1',
    Operator:
      operator === undefined ? { Managed: false } : { Managed: true, Principal: operator, HiddenByDefault },
    ...(lifecycle === 'spot' ? { InstanceLifecycle: 'spot' as const } : {}),
    ...(spotRequestId === undefined ? {} : { SpotInstanceRequestId: spotRequestId }),
    Tags: Object.entries(instance.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
