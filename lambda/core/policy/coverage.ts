import type { Descriptor } from './descriptor.ts';
import type { Policy } from './policy.ts';

/** Services that bill, by the prefix of their kinds. `clean` does not cover a service without a kind. */
const SERVICES: readonly (readonly [prefix: string, name: string])[] = [
  ['ecs', 'ECS'],
  ['eks', 'EKS'],
  ['batch', 'Batch'],
  ['sagemaker', 'SageMaker'],
  ['lambda', 'Lambda'],
  ['lightsail', 'Lightsail'],
  ['rds', 'RDS'],
  ['redshift', 'Redshift'],
  ['emr', 'EMR'],
];

/** We never touch data. */
const STORAGE = 'volumes, snapshots, Elastic IPs and storage, which go on billing while machines are stopped';

/** What may bill or let an intruder in, but has no kind or is left out by policy: nobody looked at it. */
export function notExamined(policy: Policy, kinds: readonly Descriptor[]): string[] {
  const isReached = (prefix: string) => kinds.some(({ name }) => name.startsWith(`${prefix}-`));
  const services = SERVICES.flatMap(([prefix, name]) => (isReached(prefix) ? [] : name));
  return [
    `${services.join(', ')} and other services that bill`,
    ...kinds.flatMap(({ notReached = [] }) => notReached),
    STORAGE,
    ...[...policy.excludeRegions].map((region) => `${region}, excluded by you`),
    ...(policy.onlyRegions.size > 0 ? [`all regions but ${[...policy.onlyRegions].join(', ')}`] : []),
  ];
}
