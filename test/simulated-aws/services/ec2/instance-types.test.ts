import type * as api from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { INSTANCE_TYPE_BEHAVIOURS } from '../../../../simulated-aws/services/ec2/instance-type-behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ec2Setup } from './ec2-setup.ts';

const { call, refusal } = ec2Setup();
const describeTypes = (input: api.DescribeInstanceTypesRequest) =>
  call<api.DescribeInstanceTypesResult>('DescribeInstanceTypes', input);

behaviour(INSTANCE_TYPE_BEHAVIOURS, 'ec2-types-shape', () => {
  const types = describeTypes({
    InstanceTypes: ['c5.4xlarge', 'p5.48xlarge', 'trn2.48xlarge'],
  }).InstanceTypes;
  expect(
    types?.map(({ InstanceType, VCpuInfo, MemoryInfo }) => [
      InstanceType,
      VCpuInfo?.DefaultVCpus,
      (MemoryInfo?.SizeInMiB ?? 0) / 1024,
    ]),
  ).toEqual([
    ['c5.4xlarge', 16, 32],
    ['p5.48xlarge', 192, 2048],
    ['trn2.48xlarge', 192, 2048],
  ]);
  expect(types?.map(({ GpuInfo }) => GpuInfo?.Gpus?.[0]?.Count)).toEqual([undefined, 8, undefined]);
  expect(types?.[1]?.GpuInfo?.TotalGpuMemoryInMiB).toBe(640 * 1024);
  expect(types?.[2]?.NeuronInfo?.NeuronDevices?.[0]?.Count).toBe(16);
});

behaviour(INSTANCE_TYPE_BEHAVIOURS, 'ec2-types-unknown', () => {
  const InstanceTypes = ['c5.large', 'c5.huge'] as api._InstanceType[];
  expect(refusal('DescribeInstanceTypes', { InstanceTypes })).toBe('InvalidInstanceType');
});

behaviour(INSTANCE_TYPE_BEHAVIOURS, 'ec2-types-pages', () => {
  const seen: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const answer = describeTypes({ MaxResults: 60, ...(NextToken && { NextToken }) });
    expect(answer.InstanceTypes?.length).toBeLessThanOrEqual(60);
    seen.push(...(answer.InstanceTypes ?? []).map(({ InstanceType }) => InstanceType));
    NextToken = answer.NextToken;
  } while (NextToken);
  expect(seen.length).toBeGreaterThan(100);
  expect(new Set(seen).size).toBe(seen.length);
  for (const MaxResults of [4, 101])
    expect(refusal('DescribeInstanceTypes', { MaxResults })).toBe('InvalidParameterValue');
  expect(refusal('DescribeInstanceTypes', { MaxResults: 10, InstanceTypes: ['c5.large'] })).toBe(
    'InvalidParameterCombination',
  );
});
