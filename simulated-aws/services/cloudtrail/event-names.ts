/**
 * Event names that differ from the operation's name. Source: Lambda developer guide, "Lambda management events in
 * CloudTrail".
 */
const LAMBDA: Readonly<Record<string, string>> = {
  AddPermission: 'AddPermission20150331v2',
  CreateFunction: 'CreateFunction20150331',
  DeleteFunction: 'DeleteFunction20150331',
  DeleteFunctionConcurrency: 'DeleteFunctionConcurrency20171031',
  PutFunctionConcurrency: 'PutFunctionConcurrency20171031',
  RemovePermission: 'RemovePermission20150331v2',
  UpdateFunctionCode: 'UpdateFunctionCode20150331v2',
  UpdateFunctionConfiguration: 'UpdateFunctionConfiguration20150331v2',
};

/** Source: S3 user guide, "Amazon S3 CloudTrail events": bucket-level actions. */
const S3: Readonly<Record<string, string>> = { PutBucketLifecycleConfiguration: 'PutBucketLifecycle' };

export function eventNameOf(service: string, operation: string): string {
  const names = { lambda: LAMBDA, s3: S3 }[service] ?? {};
  return names[operation] ?? operation;
}

/**
 * Data events. A trail logs them only if somebody tells it to. Sources: the services' own pages on logging with
 * CloudTrail; assumption: PutEvents is one.
 */
const DATA: Readonly<Record<string, RegExp>> = {
  events: /^PutEvents$/,
  lambda: /^Invoke/,
  s3: /Objects?(V2)?$/,
  sns: /^Publish/,
  sqs: /Message(Batch)?$/,
};

/** Source: EventBridge user guide, "Receiving read-only management events from AWS services". */
const CHANGES_IN_SPITE_OF_ITS_NAME = /^(GetSessionToken|GetFederationToken)$/;
const READS = /^(Describe|Get|Head|List|Lookup|Assume)/;

/** Whether every trail logs it. */
export const isManagementEvent = (service: string, operation: string): boolean =>
  !DATA[service]?.test(operation);

/** Whether it is a management event that changes something. Only of these are records kept. */
export function isWrite(service: string, operation: string): boolean {
  if (!isManagementEvent(service, operation)) return false;
  return CHANGES_IN_SPITE_OF_ITS_NAME.test(operation) || !READS.test(operation);
}

/**
 * Services without regions: their events are in us-east-1. Source: CloudTrail user guide, "About global service
 * events".
 */
const GLOBAL = new Set(['iam', 'budgets', 'ce']);

export const regionOf = (service: string, region: string): string =>
  GLOBAL.has(service) ? 'us-east-1' : region;
