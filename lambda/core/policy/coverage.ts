import type { Descriptor } from './descriptor.ts';
import type { Policy } from './policy.ts';

/** Services that bill, by what the names of their kinds begin with: `clean` never speaks of those without any. */
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

/** Data is never touched, whatever kinds there are. */
const STORAGE =
  'volumes, snapshots, elastic addresses and storage, which go on billing while machines are stopped';

/** What bills or lets somebody in, and was not looked at: by what the kinds say of themselves, and by policy. */
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
