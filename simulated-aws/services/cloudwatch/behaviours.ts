import type { Behaviour } from '../../core/behaviour.ts';

const MISSING = 'CloudWatch user guide: Configuring how CloudWatch alarms treat missing data';
const LAMBDA_METRICS = 'Lambda developer guide: Types of metrics for Lambda functions';

export const CLOUDWATCH_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'cloudwatch-initial',
    claim: 'a new alarm is in INSUFFICIENT_DATA until it is first evaluated',
    source: 'CloudWatch user guide: Using Amazon CloudWatch alarms',
  },
  {
    id: 'cloudwatch-evaluation',
    claim: 'an alarm is evaluated a minute after each of its periods, which keep to the clock',
    source: 'assumption: AWS documents no moment; metrics of its services take up to a minute',
  },
  {
    id: 'cloudwatch-missing',
    claim:
      'an alarm looks at two periods more than it needs, and treats data as missing only where real values are too few',
    source: `${MISSING}, table for three of three; assumption: the range is as wide for other numbers`,
  },
  {
    id: 'cloudwatch-lambda-metrics',
    claim: 'runs, errors and throttles of a function are counted, each at the time at which its run began',
    source: LAMBDA_METRICS,
  },
  {
    id: 'cloudwatch-late-error',
    claim:
      'an error at the end of a long run belongs to a period that a short alarm does not look at any more',
    source: `${LAMBDA_METRICS}: "look more than 10 minutes in the past"`,
  },
  {
    id: 'cloudwatch-some-of-many',
    claim: 'an alarm on M of N periods rings for M of the last N, however late a value has come',
    source: 'CloudWatch user guide: Using Amazon CloudWatch alarms, "Evaluating an alarm"',
  },
  {
    id: 'cloudwatch-queue-metric',
    claim: 'a queue has a metric while it holds messages, and for six hours longer',
    source: 'SQS developer guide: Available CloudWatch metrics for Amazon SQS',
  },
  {
    id: 'cloudwatch-math',
    claim: 'a difference of two metrics is missing where one is, unless FILL stands in for it',
    source: 'CloudWatch user guide: Using math expressions with CloudWatch metrics',
  },
  {
    id: 'cloudwatch-fill-nothing',
    claim: 'FILL fills nothing where a metric has no value in the whole range',
    source: 'assumption: observed by users',
  },
  {
    id: 'cloudwatch-notification',
    claim: 'an alarm that changes its state notifies the topics of that state once, as JSON with a subject',
    source:
      'CloudWatch user guide: Notifying users on alarm changes; assumption: wording of captured messages',
  },
  {
    id: 'cloudwatch-refused',
    claim: 'a notification that the topic’s policy refuses is lost',
    source: 'assumption: no dead-letter queue is documented for alarm actions',
  },
  {
    id: 'cloudwatch-event',
    claim: 'a change of state is an event on the default bus of the alarm’s region, too',
    source: 'CloudWatch user guide: Alarm events and EventBridge',
  },
  {
    id: 'cloudwatch-actions-disabled',
    claim: 'an alarm with its actions disabled changes its state and notifies no topic',
    source: 'API_DisableAlarmActions',
  },
  {
    id: 'cloudwatch-set-state',
    claim: 'a state that somebody sets lasts until the next evaluation, and is notified like any other',
    source: 'API_SetAlarmState',
  },
  {
    id: 'cloudwatch-described',
    claim: 'alarms are described by name, prefix and state, in pages of 50',
    source: 'API_DescribeAlarms',
  },
  {
    id: 'cloudwatch-deleted',
    claim: 'deleting alarms deletes all that are named or, with ResourceNotFound, none',
    source: 'API_DeleteAlarms',
  },
];
