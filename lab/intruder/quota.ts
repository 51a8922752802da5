import type { Ec2 } from '../../simulated-aws/services/ec2/ec2.ts';

/** vCPUs by size where they are not four for each `xlarge`. Source: Amazon EC2 instance types. */
const SMALL: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
};
const ODD: Readonly<Record<string, number>> = { 'c4.8xlarge': 36, 'p2.xlarge': 4 };

/** @returns vCPUs of an instance type; of `metal` as many as of its family's largest, 96. */
export function vcpusOf(type: string): number {
  const size = type.split('.')[1] ?? '';
  const times = Number(/^(\d+)xlarge$/.exec(size)?.[1] ?? Number.NaN);
  return ODD[type] ?? SMALL[size] ?? (Number.isNaN(times) ? 96 : 4 * times);
}

/** The vCPU quota that a type counts against. Source: EC2 user guide, "Amazon EC2 instance type quotas". */
export function quotaClassOf(type: string): string {
  const [, family = ''] = /^([a-z]+)/.exec(type) ?? [];
  if (['g', 'vt'].includes(family)) return 'G and VT';
  if (family === 'p') return 'P';
  return 'Standard';
}

/** How many more machines of a type the account may run in a region, spot and on-demand taken together. */
export function roomFor(ec2: Ec2, region: string, type: string, vcpus: number | undefined): number {
  if (vcpus === undefined) return Number.POSITIVE_INFINITY;
  const quota = quotaClassOf(type);
  let used = 0;
  for (const instance of ec2.instances(region))
    if (
      (instance.state === 'running' || instance.state === 'pending') &&
      quotaClassOf(instance.type) === quota
    )
      used += vcpusOf(instance.type);
  return Math.max(0, Math.floor((vcpus - used) / vcpusOf(type)));
}
