import type * as api from '@aws-sdk/client-sqs';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { Queue, Sqs } from './sqs.ts';

/** SQS's API on queues: how to find, measure, purge and delete them. */
export function sqsOperations(sqs: Sqs): Operations {
  return {
    GetQueueUrl({ QueueName = '' }: api.GetQueueUrlRequest, { region }: CallContext): api.GetQueueUrlResult {
      const queue = sqs.named(region, QueueName);
      if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
      return { QueueUrl: queue.url };
    },

    GetQueueAttributes(input: api.GetQueueAttributesRequest): api.GetQueueAttributesResult {
      const { QueueUrl = '', AttributeNames = [] } = input;
      const attributes = attributesOf(sqs, sqs.require(QueueUrl));
      const isWanted = (name: string) => AttributeNames.some((one) => one === 'All' || one === name);
      return {
        Attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name))),
      };
    },

    PurgeQueue({ QueueUrl = '' }: api.PurgeQueueRequest) {
      sqs.require(QueueUrl).messages.length = 0;
      return {};
    },

    DeleteQueue({ QueueUrl = '' }: api.DeleteQueueRequest) {
      sqs.delete(sqs.require(QueueUrl));
      return {};
    },
  };
}

const attributesOf = (sqs: Sqs, queue: Queue): Readonly<Record<string, string>> => ({
  QueueArn: queue.arn,
  ApproximateNumberOfMessages: String(sqs.visible(queue).length),
  ApproximateNumberOfMessagesNotVisible: '0',
  ApproximateNumberOfMessagesDelayed: '0',
  CreatedTimestamp: String(Math.floor(queue.createdAt / 1_000)),
  MessageRetentionPeriod: String(queue.retentionMs / 1_000),
});
