import type { Behaviour } from '../../core/behaviour.ts';

const CONTENTS = 'CloudTrail user guide: CloudTrail record contents';

export const CLOUDTRAIL_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'cloudtrail-needs-trail',
    claim: 'calls reach EventBridge only where a trail logs them',
    source: 'EventBridge user guide: AWS service events delivered via AWS CloudTrail',
  },
  {
    id: 'cloudtrail-lag',
    claim: 'a call is an event five seconds later, and in event history five minutes later',
    source: 'assumption: AWS documents "about 5 minutes" for log files, and nothing for EventBridge',
  },
  {
    id: 'cloudtrail-writes-only',
    claim: 'calls that read, and calls for data, are neither events nor in event history',
    source:
      'EventBridge user guide: Receiving read-only management events; assumption: event history holds no reads here',
  },
  {
    id: 'cloudtrail-event',
    claim:
      'the event has the call’s source, its name and its parameters as CloudTrail spells them, and who called',
    source: `${CONTENTS}; CloudTrail userIdentity element`,
  },
  {
    id: 'cloudtrail-lambda-names',
    claim: 'Lambda’s events have versions in their names, and no code and no environment in their parameters',
    source: 'Lambda developer guide: Lambda management events in CloudTrail',
  },
  {
    id: 'cloudtrail-other-spellings',
    claim: 'S3 calls a bucket bucketName and EC2 its instances instancesSet; keys of maps stay as they are',
    source:
      'S3 user guide: Amazon S3 CloudTrail log file entries; EC2 API reference: logging with CloudTrail',
  },
  {
    id: 'cloudtrail-identities',
    claim: 'root, a user and a role’s session are told apart, and CloudFormation’s calls say so in invokedBy',
    source: 'CloudTrail user guide: CloudTrail userIdentity element',
  },
  {
    id: 'cloudtrail-global',
    claim: 'calls to IAM and Budgets are events in us-east-1, all others in their own region',
    source: 'CloudTrail user guide: About global service events',
  },
  {
    id: 'cloudtrail-refused',
    claim:
      'a refused call is recorded with its error, and a denied one without parameters, except in EC2 and S3',
    source: 'Lambda developer guide: Lambda event examples; assumption for the other services',
  },
  {
    id: 'cloudtrail-stop-logging',
    claim: 'the call that stops a trail is its last event; event history goes on without it',
    source: 'API_StopLogging; CloudTrail user guide: Working with CloudTrail event history',
  },
  {
    id: 'cloudtrail-lookup',
    claim: 'event history is looked up by one attribute and by time, the newest first, in pages of 50',
    source: 'API_LookupEvents',
  },
  {
    id: 'cloudtrail-90-days',
    claim: 'event history holds 90 days, also without a trail',
    source: 'CloudTrail user guide: Working with CloudTrail event history',
  },
  {
    id: 'cloudtrail-lookup-rate',
    claim: 'more than two lookups a second in a region are throttled',
    source: 'API_LookupEvents',
  },
];
