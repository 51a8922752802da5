import type * as api from '@aws-sdk/client-sns';
import { pageFrom } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { Sns } from './sns.ts';

const PAGE = 100; // API_ListTopics, API_ListSubscriptionsByTopic
const SETTABLE = new Set(['Policy', 'DisplayName', 'DeliveryPolicy', 'KmsMasterKeyId']);

/** SNS's API on these topics. A topic's policy decides who publishes, but not who reads or edits the topic. */
export function snsOperations(sns: Sns): Operations {
  const { topics } = sns;
  return {
    CreateTopic(
      { Name = '', Attributes = {} }: api.CreateTopicInput,
      { region }: CallContext,
    ): api.CreateTopicResponse {
      if (!/^[\w-]{1,256}(\.fifo)?$/.test(Name))
        throw new ServiceError('InvalidParameter', 'Invalid parameter: Topic Name');
      return { TopicArn: topics.create(region, Name, Attributes) };
    },

    DeleteTopic({ TopicArn = '' }: api.DeleteTopicInput) {
      topics.byArn.delete(TopicArn);
      return {};
    },

    ListTopics({ NextToken }: api.ListTopicsInput, { region }: CallContext): api.ListTopicsResponse {
      const all = [...topics.byArn.values()].filter((topic) => topic.region === region);
      const { page, next } = pageOf(all, NextToken);
      return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), ...next };
    },

    Subscribe(input: api.SubscribeInput): api.SubscribeResponse {
      const { TopicArn = '', Protocol = '', Endpoint = '', ReturnSubscriptionArn } = input;
      if (!['lambda', 'email', 'email-json', 'http', 'https', 'sqs', 'sms'].includes(Protocol))
        throw new ServiceError(
          'InvalidParameter',
          `Invalid parameter: Does not support this protocol string: ${Protocol}`,
        );
      const { arn, confirmed } = topics.subscribe(TopicArn, Protocol, Endpoint);
      return { SubscriptionArn: confirmed || ReturnSubscriptionArn ? arn : 'pending confirmation' };
    },

    Unsubscribe({ SubscriptionArn = '' }: api.UnsubscribeInput) {
      topics.unsubscribe(SubscriptionArn);
      return {};
    },

    ListSubscriptionsByTopic(input: api.ListSubscriptionsByTopicInput): api.ListSubscriptionsByTopicResponse {
      const { TopicArn = '', NextToken } = input;
      const { page, next } = pageOf([...topics.require(TopicArn).subscriptions.values()], NextToken);
      return {
        Subscriptions: page.map(({ arn, topicArn, protocol, endpoint, confirmed }) => ({
          SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
          Owner: sns.accountId,
          Protocol: protocol,
          Endpoint: endpoint,
          TopicArn: topicArn,
        })),
        ...next,
      };
    },

    GetTopicAttributes({ TopicArn = '' }: api.GetTopicAttributesInput): api.GetTopicAttributesResponse {
      const { attributes, subscriptions } = topics.require(TopicArn);
      const confirmed = [...subscriptions.values()].filter((one) => one.confirmed).length;
      return {
        Attributes: {
          TopicArn,
          Owner: sns.accountId,
          DisplayName: '',
          SubscriptionsConfirmed: String(confirmed),
          SubscriptionsPending: String(subscriptions.size - confirmed),
          SubscriptionsDeleted: '0',
          ...Object.fromEntries(attributes),
        },
      };
    },

    SetTopicAttributes({
      TopicArn = '',
      AttributeName = '',
      AttributeValue = '',
    }: api.SetTopicAttributesInput) {
      const { attributes } = topics.require(TopicArn);
      if (!SETTABLE.has(AttributeName))
        throw new ServiceError('InvalidParameter', 'Invalid parameter: AttributeName');
      if (AttributeName === 'Policy') refuseMalformed(AttributeValue);
      attributes.set(AttributeName, AttributeValue);
      return {};
    },

    Publish(input: api.PublishInput, { principal }: CallContext): api.PublishResponse {
      const { TopicArn = '', Message = '', Subject } = input;
      const publisher = { kind: 'principal' as const, principal, account: sns.accountId };
      return { MessageId: sns.publishAs(publisher, TopicArn, Message, Subject) };
    },
  };
}

function pageOf<T>(all: readonly T[], token = '0') {
  if (!Number.isInteger(Number(token)))
    throw new ServiceError('InvalidParameter', 'Invalid parameter: NextToken');
  return pageFrom(all, PAGE, token);
}

function refuseMalformed(policy: string): void {
  try {
    JSON.parse(policy);
  } catch {
    throw new ServiceError('InvalidParameter', 'Invalid parameter: Policy Error: null');
  }
}
