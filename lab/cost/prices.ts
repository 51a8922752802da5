/** The price of one unit in us-east-1, and the units that every account has for nothing each month, for ever. */
export interface Price {
  readonly what: string;
  /** Its name, in the plural. */
  readonly unit: string;
  /** US dollars for each. */
  readonly usd: number;
  /** Units a month that every account has for nothing, also after its first year. */
  readonly free: number;
  /** Where it is published, and when that was read or dated. */
  readonly source: string;
}

const MILLION = 1_000_000;
const PAGE = 'https://aws.amazon.com';
const READ = 'read 2026-11-25';
const LISTED = 'AWS Price List, rows in labofsahil/aws-pricing-dataset';

/** AWS's pages show most rates only in a browser. In these cases the second source has the figure. */
export const PRICES = {
  'lambda-requests': {
    what: 'Lambda, requests',
    unit: 'requests',
    usd: 0.2 / MILLION,
    free: MILLION,
    source: `${PAGE}/lambda/pricing: "$0.20 per million", "one million requests and 400,000 GB-seconds per month", 2026-09-20`,
  },
  'lambda-duration': {
    what: 'Lambda, duration on arm64',
    unit: 'GB-s',
    usd: 0.0000133334,
    free: 400_000,
    source: `${PAGE}/lambda/pricing, 2026-09-20; the rate in artillery 2.0.28, lambda/prices.js; initialization is billed since 2025-08-01 (AWS Compute Blog, 2025-04-29)`,
  },
  schedule: {
    what: 'EventBridge Scheduler, invocations',
    unit: 'invocations',
    usd: 1 / MILLION,
    free: 14 * MILLION,
    source: `${LISTED}/AWSEvents.csv, 2024-10-01: "$0 for the first 14 million"; ${PAGE}/eventbridge/pricing, ${READ}: events of AWS are free`,
  },
  's3-put': {
    what: 'S3, PUT and LIST',
    unit: 'requests',
    usd: 0.005 / 1_000,
    free: 0,
    source: `${PAGE}/s3/pricing; the rate in c3x.dev, S3 request fees explained, ${READ}; 2,000 a month are free in older accounts' first year only`,
  },
  's3-get': {
    what: 'S3, GET',
    unit: 'requests',
    usd: 0.0004 / 1_000,
    free: 0,
    source: `as for PUT; a GET that finds nothing is one too`,
  },
  's3-stored': {
    what: 'S3, stored with all versions',
    unit: 'GB-months',
    usd: 0.023,
    free: 0,
    source: `${PAGE}/s3/pricing; the rate in M. Kiley, So your AWS free trial is over, ${READ}; every version counts (S3 FAQ)`,
  },
  'log-ingested': {
    what: 'CloudWatch Logs, ingested',
    unit: 'GB',
    usd: 0.5,
    free: 5,
    source: `${PAGE}/cloudwatch/pricing, ${READ}: 5 GB; cloudburn.io, Amazon CloudWatch pricing, 2026-02`,
  },
  'log-stored': {
    what: 'CloudWatch Logs, stored',
    unit: 'GB-months',
    usd: 0.03,
    free: 5,
    source: 'as for ingestion',
  },
  'alarm-metrics': {
    what: 'CloudWatch, metrics of alarms',
    unit: 'metrics',
    usd: 0.1,
    free: 10,
    source: `${PAGE}/cloudwatch/pricing, ${READ}: "10 alarm metrics", those of a metric math alarm each; c3x.dev, aws_cloudwatch_metric_alarm`,
  },
  'cloudwatch-calls': {
    what: 'CloudWatch, API requests',
    unit: 'requests',
    usd: 0.01 / 1_000,
    free: MILLION,
    source: `${PAGE}/cloudwatch/pricing, ${READ}: "1 million API requests", without GetMetricData`,
  },
  'sns-requests': {
    what: 'SNS, requests',
    unit: 'requests',
    usd: 0.5 / MILLION,
    free: MILLION,
    source: `${PAGE}/sns/pricing; factualminds.com, Amazon SNS pricing, 2026-06-13; deliveries to Lambda cost nothing`,
  },
  'sns-mails': {
    what: 'SNS, e-mails',
    unit: 'e-mails',
    usd: 2 / 100_000,
    free: 1_000,
    source: 'as for requests',
  },
  'sqs-requests': {
    what: 'SQS, requests',
    unit: 'requests',
    usd: 0.4 / MILLION,
    free: MILLION,
    source: `${PAGE}/sqs/pricing; cloudburn.io, Amazon SQS pricing, 2026-03`,
  },
  'action-budget-days': {
    what: 'Budgets with an action',
    unit: 'days',
    usd: 0.1,
    free: 62,
    source: `${LISTED}/AWSBudgets.csv: "$0.00 per Action-enabled Budget-day" up to 62, "$0.00 for Budget-days" of others`,
  },
  'cost-explorer': {
    what: 'Cost Explorer, requests',
    unit: 'requests',
    usd: 0.01,
    free: 0,
    source: `${PAGE}/aws-cost-management/aws-cost-explorer/pricing, ${READ}`,
  },
  'region-transfer': {
    what: 'Data from Lambda to other regions',
    unit: 'GB',
    usd: 0.02,
    free: 0,
    source: `${PAGE}/lambda/pricing: as EC2's; GitHub NixOS/amis, issue 122: "2 cents per gigabyte for inter-region egress traffic", ${READ}`,
  },
  'second-trail': {
    what: 'a second trail that records reads too',
    unit: 'events',
    usd: 2 / 100_000,
    free: 0,
    source: `${PAGE}/cloudtrail/pricing, ${READ}: the first copy in a region is free, others "$2.00 per 100,000 events"`,
  },
  'trail-files': {
    what: 'a first trail that records reads too, in the PUTs of its log files',
    unit: 'PUT requests',
    usd: 0.005 / 1_000,
    free: 0,
    source: `${PAGE}/cloudtrail/pricing, ${READ}: "Amazon S3 charges apply"; assumption: one file for each region and five minutes in which something happens`,
  },
  'guardduty-events': {
    what: 'GuardDuty in every region, which analyses these calls',
    unit: 'events',
    usd: 4 / MILLION,
    free: 0,
    source: `${PAGE}/guardduty/pricing, 2026-10-07: "$4.00 per one million management events"; assumption: reads count, and other regions ask the same`,
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceId = keyof typeof PRICES;

export const priceOf = (id: PriceId): Price => PRICES[id];

/** Units of each priced thing. */
export type Usage = Readonly<Partial<Record<PriceId, number>>>;
