import type { Policy } from './policy.ts';

/** What bills or lets somebody in, and no kind reaches yet: `clean` never speaks of it. */
const NOT_REACHED = [
  'ECS and EKS, Batch, SageMaker, Lambda, Lightsail, RDS, Redshift, EMR and other services that bill',
  'EC2 Fleets and Spot Fleets as launchers (their instances are stopped)',
  'IAM roles and sessions, console passwords, service-specific credentials such as Bedrock keys',
  'volumes, snapshots, elastic addresses and storage, which go on billing while machines are stopped',
];

export const notExamined = (policy: Policy): string[] => [
  ...NOT_REACHED,
  ...[...policy.excludeRegions].map((region) => `${region}, excluded by you`),
  ...(policy.onlyRegions.size > 0 ? [`all regions but ${[...policy.onlyRegions].join(', ')}`] : []),
];
