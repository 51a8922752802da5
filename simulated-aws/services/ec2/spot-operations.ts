import type {
  _InstanceType,
  CancelSpotInstanceRequestsRequest,
  CancelSpotInstanceRequestsResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  RequestSpotInstancesRequest,
  RequestSpotInstancesResult,
  SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import { pageAfter, placeOf } from '../../core/paging.ts';
import { type CallContext, ServiceError } from '../../core/service.ts';
import type { Ec2 } from './ec2.ts';
import { type Filterable, matcher } from './filters.ts';
import { endDryRun, missing, pageSize } from './requests.ts';
import { imageOf } from './run-instances.ts';
import type { SimulatedSpotRequest } from './spot-requests.ts';

const FILTERS: Filterable<SimulatedSpotRequest> = {
  fields: {
    'instance-id': ({ instanceId }) => instanceId,
    'spot-instance-request-id': ({ id }) => id,
    state: ({ state }) => state,
    'status-code': ({ status }) => status,
    type: ({ order }) => order.persistence,
    'launch.instance-type': ({ order }) => order.type,
  },
  tags: ({ order }) => order.tags ?? {},
};

/** Opens one request for each instance. Source: API_RequestSpotInstances. @throws ServiceError. */
export function requestSpotInstances(
  ec2: Ec2,
  input: RequestSpotInstancesRequest,
  { region, principal }: CallContext,
): RequestSpotInstancesResult {
  const { ImageId, InstanceType, Placement } = input.LaunchSpecification ?? {};
  if (ImageId === undefined) throw missing('LaunchSpecification.ImageId');
  if (InstanceType === undefined) throw missing('LaunchSpecification.InstanceType');
  imageOf(ec2, region, ImageId);
  endDryRun(input);
  const zone = Placement?.AvailabilityZone;
  const requests = ec2.requestSpot(region, {
    type: InstanceType,
    count: input.InstanceCount ?? 1,
    persistence: input.Type ?? 'one-time',
    launchedBy: principal.name,
    imageId: ImageId,
    ...(zone === undefined ? {} : { zone }),
  });
  return { SpotInstanceRequests: requests.map(describe) };
}

/** Source: API_DescribeSpotInstanceRequests. @throws ServiceError. */
export function describeSpotInstanceRequests(
  ec2: Ec2,
  input: DescribeSpotInstanceRequestsRequest,
  { region }: CallContext,
): DescribeSpotInstanceRequestsResult {
  endDryRun(input);
  const matches = matcher(input.Filters, FILTERS);
  const size = pageSize(input);
  const place = placeOf(input);
  const named = input.SpotInstanceRequestIds?.length
    ? requestsOf(ec2, region, input.SpotInstanceRequestIds)
    : ec2.spot.in(region);
  const found = [...named].filter((each) => each.sequence > place && matches(each));
  const { items, NextToken } = pageAfter(found, size, ({ sequence }) => sequence);
  return { SpotInstanceRequests: items.map(describe), ...(NextToken === undefined ? {} : { NextToken }) };
}

/** Source: API_CancelSpotInstanceRequests. @throws ServiceError for an unknown id, and then cancels none. */
export function cancelSpotInstanceRequests(
  ec2: Ec2,
  input: CancelSpotInstanceRequestsRequest,
  { region }: CallContext,
): CancelSpotInstanceRequestsResult {
  const requests = requestsOf(ec2, region, input.SpotInstanceRequestIds);
  endDryRun(input);
  for (const request of requests) ec2.spot.cancel(request);
  return {
    CancelledSpotInstanceRequests: requests.map(({ id, state }) => ({
      SpotInstanceRequestId: id,
      State: state === 'closed' ? 'closed' : 'cancelled',
    })),
  };
}

function requestsOf(ec2: Ec2, region: string, ids: readonly string[] | undefined): SimulatedSpotRequest[] {
  if (!ids?.length) throw missing('SpotInstanceRequestId');
  return [...new Set(ids)].map((id) => {
    const request = ec2.spot.find(id);
    if (request?.region === region) return request;
    throw new ServiceError(
      'InvalidSpotInstanceRequestID.NotFound',
      `The spot instance request ID '${id}' does not exist`,
    );
  });
}

function describe(request: SimulatedSpotRequest): SpotInstanceRequest {
  const { order, instanceId } = request;
  return {
    SpotInstanceRequestId: request.id,
    State: request.state,
    Type: order.persistence,
    Status: { Code: request.status, UpdateTime: new Date(request.statusAt) },
    CreateTime: new Date(request.createdAt),
    InstanceInterruptionBehavior: 'terminate',
    ProductDescription: 'Linux/UNIX',
    LaunchSpecification: {
      InstanceType: order.type as _InstanceType,
      ...(order.imageId === undefined ? {} : { ImageId: order.imageId }),
    },
    ...(instanceId === undefined ? {} : { InstanceId: instanceId }),
    Tags: Object.entries(order.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  };
}
