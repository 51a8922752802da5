import type { Behaviour } from '../../core/behaviour.ts';

export const SQS_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'sqs-dead-letters',
    claim: 'an asynchronous event that Lambda gives up is a message in the function’s dead-letter queue',
    source:
      'Lambda developer guide, invocation-async-retain-records; assumption: the queue’s policy allows it',
  },
  {
    id: 'sqs-undelivered',
    claim: 'a notification that could not be delivered is a message in the subscription’s dead-letter queue',
    source: 'SNS developer guide, sns-dead-letter-queues; assumption: the queue’s policy allows it',
  },
  {
    id: 'sqs-retention',
    claim: 'a message is gone after the retention period, four days unless the queue says otherwise',
    source: 'API_CreateQueue, MessageRetentionPeriod',
  },
  {
    id: 'sqs-attributes',
    claim: 'GetQueueAttributes answers the attributes that were asked for, in whole seconds and as text',
    source: 'API_GetQueueAttributes',
  },
  {
    id: 'sqs-purge',
    claim: 'a purged queue is empty, and a deleted one is QueueDoesNotExist',
    source: 'API_PurgeQueue, API_DeleteQueue; assumption: at once, where AWS takes up to 60 seconds',
  },
];
