import type {
  CancelSpotInstanceRequestsRequest,
  CreateLaunchTemplateRequest,
  DescribeInstanceAttributeRequest,
  DescribeInstancesRequest,
  DescribeInstanceTypesRequest,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  DescribeSpotInstanceRequestsRequest,
  ModifyInstanceAttributeRequest,
  RegisterImageRequest,
  RequestSpotInstancesRequest,
  RunInstancesRequest,
  StartInstancesRequest,
  StopInstancesRequest,
  TerminateInstancesRequest,
} from '@aws-sdk/client-ec2';
import type { SimulatedRegion } from '../../core/regions.ts';
import type { CallContext, Operations } from '../../core/service.ts';
import { startInstances, stopInstances, terminateInstances } from './change-state.ts';
import { describeInstanceTypes } from './describe-instance-types.ts';
import { describeInstances } from './describe-instances.ts';
import type { Ec2 } from './ec2.ts';
import { type Filterable, matcher } from './filters.ts';
import { describeInstanceAttribute, modifyInstanceAttribute } from './instance-attributes.ts';
import { endDryRun, invalidValue } from './requests.ts';
import { createLaunchTemplate, RunInstances, registerImage } from './run-instances.ts';
import {
  cancelSpotInstanceRequests,
  describeSpotInstanceRequests,
  requestSpotInstances,
} from './spot-operations.ts';

/** EC2's API. The wire has checked who may call it. */
export function ec2Operations(ec2: Ec2): Operations {
  const launches = new RunInstances(ec2);
  const bind =
    <Input>(perform: (ec2: Ec2, input: Input, context: CallContext) => unknown) =>
    (input: Input, context: CallContext) =>
      perform(ec2, input, context);
  return {
    DescribeRegions: bind<DescribeRegionsRequest>(describeRegions),
    DescribeInstances: bind<DescribeInstancesRequest>(describeInstances),
    DescribeInstanceTypes: (input: DescribeInstanceTypesRequest) => describeInstanceTypes(input),
    DescribeInstanceAttribute: bind<DescribeInstanceAttributeRequest>(describeInstanceAttribute),
    ModifyInstanceAttribute: bind<ModifyInstanceAttributeRequest>(modifyInstanceAttribute),
    RunInstances: (input: RunInstancesRequest, context: CallContext) => launches.run(input, context),
    StartInstances: bind<StartInstancesRequest>(startInstances),
    StopInstances: bind<StopInstancesRequest>(stopInstances),
    TerminateInstances: bind<TerminateInstancesRequest>(terminateInstances),
    RegisterImage: bind<RegisterImageRequest>(registerImage),
    CreateLaunchTemplate: bind<CreateLaunchTemplateRequest>(createLaunchTemplate),
    RequestSpotInstances: bind<RequestSpotInstancesRequest>(requestSpotInstances),
    DescribeSpotInstanceRequests: bind<DescribeSpotInstanceRequestsRequest>(describeSpotInstanceRequests),
    CancelSpotInstanceRequests: bind<CancelSpotInstanceRequestsRequest>(cancelSpotInstanceRequests),
  };
}

const REGION_FILTERS: Filterable<SimulatedRegion> = {
  fields: {
    endpoint: ({ name }) => endpointOf(name),
    'opt-in-status': ({ optInStatus }) => optInStatus,
    'region-name': ({ name }) => name,
  },
  tags: () => ({}),
};
const endpointOf = (region: string) => `ec2.${region}.amazonaws.com`;

/** Lists enabled regions; with AllRegions also the disabled ones. Source: API_DescribeRegions. @throws ServiceError. */
function describeRegions(ec2: Ec2, input: DescribeRegionsRequest): DescribeRegionsResult {
  endDryRun(input);
  const all = ec2.context.regions.all();
  const unknown = input.RegionNames?.find((name) => !all.some((region) => region.name === name));
  if (unknown !== undefined) throw invalidValue(`Invalid region provided: [${unknown}]`);
  const matches = matcher(input.Filters, REGION_FILTERS);
  const Regions = all
    .filter(({ optInStatus }) => input.AllRegions || optInStatus !== 'not-opted-in')
    .filter(({ name }) => !input.RegionNames?.length || input.RegionNames.includes(name))
    .filter(matches)
    .map(({ name, optInStatus }) => ({
      RegionName: name,
      Endpoint: endpointOf(name),
      OptInStatus: optInStatus,
    }));
  return { Regions };
}
