import type {
  _InstanceType,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { pageAfter, placeOf } from '../../core/paging.ts';
import { ServiceError } from '../../core/service.ts';
import { type Filterable, matcher } from './filters.ts';
import { SIMULATED_TYPES, type SimulatedType } from './instance-types.ts';
import { endDryRun, invalidCombination, invalidValue } from './requests.ts';

const FILTERS: Filterable<SimulatedType> = {
  fields: { 'instance-type': ({ type }) => type },
  tags: () => ({}),
};
const LEAST = 5;
const MOST = 100;

/** Source: API_DescribeInstanceTypes. All types are in all regions, which is an assumption. @throws ServiceError. */
export function describeInstanceTypes(input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
  endDryRun(input);
  const { InstanceTypes, MaxResults = MOST } = input;
  if (InstanceTypes?.length && input.MaxResults !== undefined)
    throw invalidCombination('The parameter instanceTypes cannot be used with the parameter maxResults');
  if (MaxResults < LEAST || MaxResults > MOST)
    throw invalidValue(`Value ( ${MaxResults} ) for parameter maxResults is invalid.`);
  const unknown = InstanceTypes?.filter((type) => !SIMULATED_TYPES.has(type));
  if (unknown?.length)
    throw new ServiceError(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
    );
  const matches = matcher(input.Filters, FILTERS);
  const place = placeOf(input);
  const types = [...SIMULATED_TYPES.values()]
    .map((each, index) => ({ each, number: index + 1 }))
    .filter(({ each }) => !InstanceTypes?.length || InstanceTypes.some((type) => type === each.type))
    .filter(({ each, number }) => matches(each) && number > place);
  const { items, NextToken } = pageAfter(types, MaxResults, ({ number }) => number);
  return {
    InstanceTypes: items.map(({ each }) => info(each)),
    ...(NextToken === undefined ? {} : { NextToken }),
  };
}

function info({ type, vcpus, memoryGib, gpus, neuron }: SimulatedType): InstanceTypeInfo {
  return {
    InstanceType: type as _InstanceType,
    VCpuInfo: { DefaultVCpus: vcpus },
    MemoryInfo: { SizeInMiB: memoryGib * 1024 },
    ...(gpus && {
      GpuInfo: {
        Gpus: [
          {
            Name: gpus.name,
            Manufacturer: 'NVIDIA',
            Count: gpus.count,
            MemoryInfo: { SizeInMiB: gpus.memoryGib * 1024 },
          },
        ],
        TotalGpuMemoryInMiB: gpus.count * gpus.memoryGib * 1024,
      },
    }),
    ...(neuron && {
      NeuronInfo: {
        NeuronDevices: [
          { Name: neuron.name, Count: neuron.count, MemoryInfo: { SizeInMiB: neuron.memoryGib * 1024 } },
        ],
        TotalNeuronDeviceMemoryInMiB: neuron.count * neuron.memoryGib * 1024,
      },
    }),
  };
}
