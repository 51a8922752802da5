/** A token bucket of an API, as data. */
export interface ApiLimit {
  /** The signing name: `ec2`, `iam`. */
  readonly service: string;
  readonly operations: readonly string[] | RegExp;
  /** Most tokens the bucket holds; it starts full. */
  readonly capacity: number;
  readonly refillPerSecond: number;
  /** Each region has a bucket of its own, or the account has one for all regions. */
  readonly scope: 'region' | 'account';
  /** All operations of this limit draw from one bucket; otherwise each has its own. */
  readonly shared?: true;
  /** Only calls with such an input. */
  readonly applies?: (input: unknown) => boolean;
  /** How many tokens a call takes. With it this is a resource limit; a request limit takes one token for each call. */
  readonly tokens?: (input: unknown) => number;
  /** The page of AWS's documentation, or `assumption: …`. */
  readonly source: string;
}

const EC2_SOURCE = 'https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html';

const ec2 = (
  operations: ApiLimit['operations'],
  capacity: number,
  refillPerSecond: number,
  more: Pick<ApiLimit, 'applies' | 'tokens'> = {},
): ApiLimit => ({
  service: 'ec2',
  operations,
  capacity,
  refillPerSecond,
  scope: 'region',
  source: EC2_SOURCE,
  ...more,
});

/** A call with ids alone counts as unfiltered and unpaginated: AWS names filters and pages only. */
const isUnfilteredAndUnpaginated = (input: unknown) => {
  const { Filters, MaxResults, NextToken } = input as Input;
  return !Filters?.length && MaxResults === undefined && NextToken === undefined;
};
const instanceIds = (input: unknown) => (input as Input).InstanceIds?.length ?? 0;
const instancesToRun = (input: unknown) => (input as Input).MaxCount ?? 0;

interface Input {
  readonly Filters?: readonly unknown[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly InstanceIds?: readonly string[];
  readonly MaxCount?: number;
}

const UNFILTERED = [
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSnapshots',
  'DescribeSpotInstanceRequests',
  'DescribeVolumes',
];

/** EC2's documented buckets of the operations that this account simulates, by their categories. */
const EC2_LIMITS: readonly ApiLimit[] = [
  // Uncategorized actions.
  ec2(['RunInstances', 'StartInstances'], 5, 2),
  ec2(['TerminateInstances'], 100, 5),
  ec2(['CreateTags', 'DeleteTags'], 100, 10),
  ec2(['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate', 'DeregisterImage'], 100, 5),
  // Resource-intensive actions.
  ec2(['CancelSpotInstanceRequests', 'RequestSpotInstances'], 50, 5),
  // Unfiltered and unpaginated non-mutating actions.
  ec2(UNFILTERED, 50, 10, { applies: isUnfilteredAndUnpaginated }),
  // Non-mutating actions.
  ec2(/^(Describe|List|Search|Get)/, 100, 20),
  // Mutating actions: all others.
  ec2(/^/, 50, 5),
  // Resource token buckets.
  ec2(['StopInstances', 'TerminateInstances'], 1000, 20, { tokens: instanceIds }),
  ec2(['StartInstances'], 1000, 2, { tokens: instanceIds }),
  ec2(['RunInstances'], 1000, 2, { tokens: instancesToRun }),
];

const READS = /^(Describe|List|Get)/;

/** Buckets of the other services. AWS publishes few of them; the others have the sizes that public reports suggest. */
const OTHER_LIMITS: readonly ApiLimit[] = [
  {
    service: 'iam',
    operations: READS,
    capacity: 20,
    refillPerSecond: 15,
    scope: 'account',
    shared: true,
    source: 'assumption: AWS publishes no rate for IAM; reads share a bucket of 20 that refills 15 a second',
  },
  {
    service: 'iam',
    operations: /^/,
    capacity: 20,
    refillPerSecond: 15,
    scope: 'account',
    shared: true,
    source:
      'assumption: AWS publishes no rate for IAM; changes share a bucket of 20 that refills 15 a second',
  },
  {
    service: 'autoscaling',
    operations: READS,
    capacity: 100,
    refillPerSecond: 20,
    scope: 'region',
    shared: true,
    source: 'assumption: Auto Scaling publishes no rate; reads as EC2’s non-mutating actions',
  },
  {
    service: 'autoscaling',
    operations: /^/,
    capacity: 50,
    refillPerSecond: 5,
    scope: 'region',
    shared: true,
    source: 'assumption: Auto Scaling publishes no rate; changes as EC2’s mutating actions, in one bucket',
  },
  {
    service: 'sts',
    operations: /^/,
    capacity: 600,
    refillPerSecond: 600,
    scope: 'region',
    shared: true,
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-sts',
  },
  {
    service: 'cloudtrail',
    operations: ['LookupEvents'],
    capacity: 2,
    refillPerSecond: 2,
    scope: 'region',
    source: 'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html',
  },
  {
    service: 'budgets',
    operations: /^/,
    capacity: 20,
    refillPerSecond: 5,
    scope: 'account',
    shared: true,
    source: 'assumption: AWS publishes no rate for Budgets',
  },
];

/** The limits of an account that never asked for others. Services without a limit here are not throttled. */
export const API_LIMITS: readonly ApiLimit[] = [...EC2_LIMITS, ...OTHER_LIMITS];
