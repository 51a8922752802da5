import { isRegion } from './regions.ts';

/**
 * On-demand Linux, us-east-1, dollars per hour of the family's `xlarge` (4 vCPU), as listed in May 2025, before the
 * P4 and P5 families became cheaper. A family's price is linear in vCPU, so `4xlarge` costs 4 of these and `large`
 * half of one. Source: Amazon EC2 On-Demand Pricing, aws.amazon.com/ec2/pricing/on-demand.
 */
const XLARGE_USD: Readonly<Record<string, number>> = {
  t2: 0.1856,
  t3: 0.1664,
  t3a: 0.1504,
  t4g: 0.1344,
  m3: 0.266,
  m4: 0.2,
  m5: 0.192,
  m5a: 0.172,
  m6a: 0.1728,
  m6g: 0.154,
  m6i: 0.192,
  m7a: 0.23184,
  m7g: 0.1632,
  m7i: 0.2016,
  c3: 0.21,
  c4: 0.199,
  c5: 0.17,
  c5a: 0.154,
  c5n: 0.216,
  c6a: 0.153,
  c6g: 0.136,
  c6i: 0.17,
  c7a: 0.20528,
  c7g: 0.145,
  c7i: 0.1785,
  i3: 0.312,
  r4: 0.266,
  r5: 0.252,
  r5a: 0.226,
  r6g: 0.2016,
  r6i: 0.252,
  p2: 0.9,
  p3: 1.53,
};

/** Types that are not on their family's line. Same page, same date. */
const TYPE_USD: Readonly<Record<string, number>> = {
  't2.small': 0.023,
  'm3.medium': 0.067,
  'm3.large': 0.133,
  'c3.large': 0.105,
  'c4.large': 0.1,
  'c4.8xlarge': 1.591,
  'm5.metal': 4.608,
  'c5.metal': 4.08,
  'r5.metal': 6.048,
  'm6i.metal': 6.144,
  'c6i.metal': 5.44,
  'i3.metal': 4.992,
  'g3s.xlarge': 0.75,
  'g3.4xlarge': 1.14,
  'g3.8xlarge': 2.28,
  'g3.16xlarge': 4.56,
  'g4dn.xlarge': 0.526,
  'g4dn.2xlarge': 0.752,
  'g4dn.4xlarge': 1.204,
  'g4dn.8xlarge': 2.176,
  'g4dn.12xlarge': 3.912,
  'g4dn.16xlarge': 4.352,
  'g4dn.metal': 7.824,
  'g5.xlarge': 1.006,
  'g5.2xlarge': 1.212,
  'g5.4xlarge': 1.624,
  'g5.8xlarge': 2.448,
  'g5.12xlarge': 5.672,
  'g5.16xlarge': 4.096,
  'g5.24xlarge': 8.144,
  'g5.48xlarge': 16.288,
  'g6.xlarge': 0.8048,
  'g6.2xlarge': 0.9776,
  'g6.4xlarge': 1.3232,
  'g6.8xlarge': 2.0144,
  'g6.12xlarge': 4.6016,
  'g6.16xlarge': 3.3968,
  'g6.24xlarge': 6.6752,
  'g6.48xlarge': 13.3504,
  'p3dn.24xlarge': 31.212,
  'p4d.24xlarge': 32.7726,
  'p5.48xlarge': 98.32,
};

/**
 * On-demand dedicated hosts that are sold whole, us-east-1, dollars per hour by family.
 * Source: Apache Libcloud 3.9.1, libcloud/data/pricing.json, March 2025.
 */
const HOST_USD: Readonly<Record<string, number>> = { mac1: 1.083, mac2: 0.65, 'mac2-m2': 0.878 };

/** Parts of an `xlarge`. */
const SIZE: Readonly<Record<string, number>> = {
  nano: 1 / 32,
  micro: 1 / 16,
  small: 1 / 8,
  medium: 1 / 4,
  large: 1 / 2,
  xlarge: 1,
};

/** Sizes that AWS sells of burstable families, and of all others. Same page; not every family has every size. */
const BURSTABLE_SIZES = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'];
const OTHER_SIZES = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'];

/** Price of c5.large by region, over that in us-east-1; same page, same date. */
const REGION_FACTOR: Readonly<Record<string, number>> = {
  'us-east-1': 1,
  'us-east-2': 1,
  'us-west-1': 1.247,
  'us-west-2': 1,
  'ap-northeast-1': 1.259,
  'ap-northeast-2': 1.129,
  'ap-northeast-3': 1.259,
  'ap-south-1': 1,
  'ap-southeast-1': 1.153,
  'ap-southeast-2': 1.306,
  'ca-central-1': 1.094,
  'eu-central-1': 1.141,
  'eu-north-1': 1.071,
  'eu-west-1': 1.129,
  'eu-west-2': 1.188,
  'eu-west-3': 1.188,
  'sa-east-1': 1.541,
  'af-south-1': 1.341,
  'ap-east-1': 1.271,
  'eu-south-1': 1.188,
  'me-south-1': 1.247,
};
/** Assumption for the regions that are not in the table: an opt-in region costs about a fifth more. */
const OTHER_REGION_FACTOR = 1.2;
/** Assumption: Spot prices move; about a third of on-demand is usual for what miners rent. */
const SPOT_FACTOR = 0.35;

/** Dollars per vCPU-hour in us-east-1, Linux on x86. Source: AWS Fargate Pricing, aws.amazon.com/fargate/pricing. */
export const FARGATE_VCPU_HOUR_USD = 0.04048;
/** Dollars per GB-hour of memory in us-east-1; same page. */
export const FARGATE_GB_HOUR_USD = 0.004445;

/** Dollars per hour of one instance. @throws Error naming an unknown type or region. */
export function usdPerHour(instanceType: string, region: string, lifecycle: 'on-demand' | 'spot'): number {
  return onDemandUsd(instanceType) * factorOf(region) * (lifecycle === 'spot' ? SPOT_FACTOR : 1);
}

/** The types that the price list knows, sorted. */
export function pricedTypes(): string[] {
  const sizesOf = (family: string) => (family.startsWith('t') ? BURSTABLE_SIZES : OTHER_SIZES);
  const families = Object.keys(XLARGE_USD).flatMap((family) =>
    sizesOf(family).map((size) => `${family}.${size}`),
  );
  return [...new Set([...families, ...Object.keys(TYPE_USD)])].sort();
}

/** The families whose hosts the price list knows. */
export const pricedHosts = (): string[] => Object.keys(HOST_USD);

/** Dollars per hour of one dedicated host. @throws Error naming an unknown region. */
export const hostUsdPerHour = (family: string, region: string): number =>
  (HOST_USD[family] ?? 0) * factorOf(region);

/** Dollars per hour of one Fargate task. @throws Error naming an unknown region. */
export function fargateUsdPerHour(vcpu: number, gb: number, region: string): number {
  return (vcpu * FARGATE_VCPU_HOUR_USD + gb * FARGATE_GB_HOUR_USD) * factorOf(region);
}

function onDemandUsd(instanceType: string): number {
  const listed = TYPE_USD[instanceType];
  if (listed !== undefined) return listed;
  const [family = '', size = ''] = instanceType.split('.');
  const xlarge = XLARGE_USD[family];
  const times = SIZE[size] ?? Number(/^(\d+)xlarge$/.exec(size)?.[1]);
  if (xlarge === undefined || Number.isNaN(times))
    throw new Error(
      `no price is known for instance type ${instanceType}: add it to simulated-aws/core/prices.ts`,
    );
  return xlarge * times;
}

function factorOf(region: string): number {
  const factor = REGION_FACTOR[region] ?? (isRegion(region) ? OTHER_REGION_FACTOR : undefined);
  if (factor === undefined) throw new Error(`no price is known in region ${region}`);
  return factor;
}
