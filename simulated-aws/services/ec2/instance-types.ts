import { pricedTypes } from '../../core/prices.ts';

/** One type, as AWS describes it in its list of instance types. Memory in GiB. */
export interface SimulatedType {
  readonly type: string;
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly gpus?: { readonly name: string; readonly count: number; readonly memoryGib: number };
  readonly neuron?: { readonly name: string; readonly count: number; readonly memoryGib: number };
}

/**
 * GiB per vCPU, by the longest prefix of the type's name that is here. Source: Amazon EC2 instance types guide. The
 * smaller burstable types differ; that is left out.
 */
const GIB_PER_VCPU: Readonly<Record<string, number>> = {
  c: 2,
  c5n: 2.625,
  g: 4,
  g3: 7.625,
  i: 7.625,
  m: 4,
  p2: 15.25,
  p3: 7.625,
  p3dn: 8,
  p4d: 12,
  p5: 2048 / 192,
  r: 8,
  r4: 7.625,
  t: 4,
};

/** GPUs by family and the size's number of `xlarge`; other sizes have one. Same source. */
const GPUS: Readonly<
  Record<string, { name: string; gib: number; counts: Readonly<Record<number, number>> }>
> = {
  g3: { name: 'M60', gib: 8, counts: { 8: 2, 16: 4 } },
  g3s: { name: 'M60', gib: 8, counts: {} },
  g4dn: { name: 'T4', gib: 16, counts: { 12: 4, 24: 8 } },
  g5: { name: 'A10G', gib: 24, counts: { 12: 4, 24: 4, 48: 8 } },
  g6: { name: 'L4', gib: 24, counts: { 12: 4, 24: 4, 48: 8 } },
  p2: { name: 'K80', gib: 12, counts: { 8: 8, 16: 16 } },
  p3: { name: 'V100', gib: 16, counts: { 8: 4, 16: 8 } },
  p3dn: { name: 'V100', gib: 32, counts: { 24: 8 } },
  p4d: { name: 'A100', gib: 40, counts: { 24: 8 } },
  p5: { name: 'H100', gib: 80, counts: { 48: 8 } },
};

/**
 * Types that AWS sells, but that have no price in the price list. Source: Amazon EC2 Trn2 instances,
 * aws.amazon.com/ec2/instance-types/trn2.
 */
const UNPRICED: readonly SimulatedType[] = [
  {
    type: 'trn2.48xlarge',
    vcpus: 192,
    memoryGib: 2048,
    neuron: { name: 'Trainium2', count: 16, memoryGib: 96 },
  },
];

const UNITS: Readonly<Record<string, number>> = { medium: 0.25, large: 0.5, xlarge: 1 };
/** Of a `metal`: as many as the family's largest other size has. */
const METAL_UNITS: Readonly<Record<string, number>> = { c6i: 32, m6i: 32, i3: 16 };

/** Every type that DescribeInstanceTypes knows, by name. */
export const SIMULATED_TYPES: ReadonlyMap<string, SimulatedType> = new Map(
  [...pricedTypes().map(priced), ...UNPRICED].map((each) => [each.type, each] as const),
);

function priced(type: string): SimulatedType {
  const [family = '', size = ''] = type.split('.');
  const units =
    size === 'metal'
      ? (METAL_UNITS[family] ?? 24)
      : (UNITS[size] ?? Number(/^(\d+)xlarge$/.exec(size)?.[1] ?? 0.5));
  const vcpus = Math.max(1, units * 4);
  const memoryGib = vcpus * (GIB_PER_VCPU[prefixOf(family)] ?? 4);
  const gpu = GPUS[family];
  if (!gpu) return { type, vcpus, memoryGib };
  return {
    type,
    vcpus,
    memoryGib,
    gpus: { name: gpu.name, count: gpu.counts[units] ?? 1, memoryGib: gpu.gib },
  };
}

function prefixOf(family: string): string {
  const prefixes = Object.keys(GIB_PER_VCPU).filter((prefix) => family.startsWith(prefix));
  return prefixes.sort((a, b) => b.length - a.length)[0] ?? '';
}
