/** IAM, Budgets and Cost Explorer live here, and so does the stack unless its settings say otherwise. */
export const GLOBAL_REGION = 'us-east-1';

/**
 * The 17 regions that are enabled by default in every account and need no opt-in.
 * Source: AWS Account Management guide, "Enable or disable AWS Regions in your account" (regions older than
 * 20 March 2019). A run starts in them before DescribeRegions has answered, which only adds opted-in ones.
 */
export const DEFAULT_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
] as const;

/** Regions that an account has to opt in to. Source: the same page, 2026-11. */
export const OPT_IN_REGIONS = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
] as const;

const KNOWN: ReadonlySet<string> = new Set([...DEFAULT_REGIONS, ...OPT_IN_REGIONS]);
/** False for a typo, and for a region newer than this list. */
export const isKnownRegion = (region: string): boolean => KNOWN.has(region);

/** A region's name as AWS forms it: `eu-west-3`, `us-gov-east-1`, `ap-southeast-7`. */
export const REGION_NAME = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** Other partitions' regions (China, GovCloud, ISO, European Sovereign Cloud): never in an `aws` account. */
const OTHER_PARTITION = /^(cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/;

export const inPartition = (region: string): boolean => !OTHER_PARTITION.test(region);
