import { ServiceError, whyRefused } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { AsyncInvoker } from '../lambda/functions.ts';
import type { ResourcePolicies } from '../lambda/resource-policy.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { lambdaEventOf } from './sns-event.ts';
import { mayPublish, type Publisher } from './topic-policy.ts';
import { type Subscription, type Topic, Topics } from './topics.ts';

/** A message that a subscriber got. */
export interface Delivery {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** In ms since 1970. */
  readonly at: number;
}

export interface MessageAttribute {
  readonly Type: string;
  readonly Value: string;
}

export interface SnsContext extends Pick<ServiceContext, 'timeline' | 'random' | 'accountId'> {
  /** Runs the functions that subscribe. */
  readonly functions: AsyncInvoker;
  /** What the functions' resource policies say. */
  readonly permissions: Pick<ResourcePolicies, 'allows'>;
  /** Keeps what no function took. */
  readonly sqs: Pick<Sqs, 'deadLetter'>;
}

const SERVICE = 'sns.amazonaws.com';
const MESSAGE_BYTES = 262_144; // API_Publish
/** From publishing to the subscriber, in ms (see behaviours.ts). */
const DELIVERY_MS = 30;

/** Topics, and the delivery of the messages that are published to them. */
export class Sns {
  readonly topics: Topics;
  readonly deliveries: Delivery[] = [];
  /** Messages whose function is gone or refuses the topic. They go to the subscription's dead-letter queue. */
  readonly undelivered: Delivery[] = [];
  readonly #context: SnsContext;

  constructor(context: SnsContext) {
    this.#context = context;
    this.topics = new Topics(context.random, context.accountId);
  }

  get accountId(): string {
    return this.#context.accountId;
  }

  /**
   * Publishes if the topic's policy lets the publisher. Principals of the account need no Allow in it: their own
   * policies give it. @throws ServiceError AuthorizationError, NotFound, InvalidParameter.
   */
  publishAs(publisher: Publisher, topicArn: string, message: string, subject?: string): string {
    const policy = this.topics.require(topicArn).attributes.get('Policy') ?? '{}';
    const verdict = mayPublish(policy, topicArn, publisher);
    if (verdict === 'denied' || (verdict === 'silent' && publisher.kind === 'service')) {
      const who = publisher.kind === 'service' ? publisher.service : publisher.principal.arn;
      const why = verdict === 'denied' ? ' with an explicit deny in a resource-based policy' : '';
      throw new ServiceError(
        'AuthorizationError',
        `User: ${who} is not authorized to perform: SNS:Publish on resource: ${topicArn}${why}`,
        403,
      );
    }
    return this.publish(topicArn, message, subject);
  }

  /** Publishes for an AWS service, on behalf of one of the account's resources. @throws like `publishAs`. */
  publishFor(
    { service, sourceArn }: { readonly service: string; readonly sourceArn: string },
    topicArn: string,
    message: string,
    subject?: string,
  ): string {
    const sourceAccount = this.#context.accountId;
    return this.publishAs({ kind: 'service', service, sourceArn, sourceAccount }, topicArn, message, subject);
  }

  /** Publishes without a check; returns the message id. @throws ServiceError NotFound, InvalidParameter. */
  publish(
    topicArn: string,
    message: string,
    subject?: string,
    attributes: Readonly<Record<string, MessageAttribute>> = {},
  ): string {
    const topic = this.topics.require(topicArn);
    refuseInvalid(message, subject);
    const { timeline, random } = this.#context;
    const published = { id: random.uuid(), message, subject, attributes, at: timeline.now() };
    timeline.after(DELIVERY_MS, () => {
      for (const subscription of topic.subscriptions.values())
        if (subscription.confirmed) this.#deliver(topic, subscription, published);
    });
    return published.id;
  }

  #deliver(topic: Topic, subscription: Subscription, published: Published): void {
    const { arn, protocol, endpoint } = subscription;
    const { timeline } = this.#context;
    const { message, subject } = published;
    const delivery = { topicArn: topic.arn, protocol, endpoint, subject, message, at: timeline.now() };
    if (protocol === 'lambda' && !this.#invoke(endpoint, topic, eventOf(topic, arn, published))) {
      this.undelivered.push(delivery);
      const notification = { Type: 'Notification', Subject: subject, Message: message };
      this.#context.sqs.deadLetter(subscription.deadLetterArn, notification);
    } else this.deliveries.push(delivery);
  }

  /** False when the function is gone or refuses the topic. */
  #invoke(functionArn: string, topic: Topic, event: unknown): boolean {
    return (
      this.#context.permissions.allows(functionArn, SERVICE, topic.arn) &&
      whyRefused(() => this.#context.functions.invokeAsync(functionArn, event)) === undefined
    );
  }
}

interface Published {
  readonly id: string;
  readonly message: string;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly at: number;
}

function eventOf(topic: Topic, subscriptionArn: string, { id, message, subject, attributes, at }: Published) {
  const host = `https://sns.${topic.region}.amazonaws.com`;
  const event = lambdaEventOf({
    Type: 'Notification',
    MessageId: id,
    TopicArn: topic.arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: '1',
    Signature: 'c2ltdWxhdGVk', // nobody verifies it, since the event comes from Lambda
    SigningCertURL: `${host}/SimpleNotificationService.pem`,
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    MessageAttributes: attributes,
  });
  return { Records: event.Records.map((record) => ({ ...record, EventSubscriptionArn: subscriptionArn })) };
}

/** Source: API_Publish. */
function refuseInvalid(message: string, subject: string | undefined): void {
  if (message === '') throw new ServiceError('InvalidParameter', 'Invalid parameter: Empty message');
  if (Buffer.byteLength(message) > MESSAGE_BYTES)
    throw new ServiceError('InvalidParameter', 'Invalid parameter: Message too long');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SNS refuses exactly those
  if (subject !== undefined && (subject.length > 100 || subject === '' || /[\u0000-\u001f]/.test(subject)))
    throw new ServiceError('InvalidParameter', 'Invalid parameter: Subject');
}
