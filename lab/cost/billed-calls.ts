import type { PriceId } from './prices.ts';

/** Services whose calls all cost the same. */
const BY_SERVICE: Readonly<Record<string, PriceId | 'free'>> = {
  ce: 'cost-explorer',
  monitoring: 'cloudwatch-calls',
  sns: 'sns-requests',
  sqs: 'sqs-requests',
  // Their API calls appear on no price list of AWS; what is looked at is billed, the look is not.
  autoscaling: 'free',
  budgets: 'free',
  cloudtrail: 'free',
  ec2: 'free',
  events: 'free',
  guardduty: 'free',
  iam: 'free',
  pricing: 'free',
  scheduler: 'free',
  sts: 'free',
};

/** Services that ask differently for different calls. Source: S3 pricing, "Requests & data retrievals". */
const BY_OPERATION: Readonly<Record<string, PriceId | 'free'>> = {
  's3 DeleteObject': 'free',
  's3 GetObject': 's3-get',
  's3 HeadObject': 's3-get',
  's3 ListObjectsV2': 's3-put',
  's3 PutObject': 's3-put',
};

/** What a call is billed as. @throws Error naming a call that nobody has priced. */
export function priceOfCall(service: string, operation: string): PriceId | 'free' {
  const billed = BY_OPERATION[`${service} ${operation}`] ?? BY_SERVICE[service];
  if (billed === undefined)
    throw new Error(`no price is known for ${service} ${operation}: add it in lab/cost/billed-calls.ts`);
  return billed;
}
