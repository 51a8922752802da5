import type { Random } from '../../core/random.ts';
import { ServiceError } from '../../core/service.ts';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  confirmed: boolean;
  /** The queue of its RedrivePolicy. */
  deadLetterArn?: string;
}

export interface Topic {
  readonly arn: string;
  readonly region: string;
  readonly attributes: Map<string, string>;
  readonly subscriptions: Map<string, Subscription>;
}

/** The topics of one account and their subscriptions. Errors are SNS's own. */
export class Topics {
  readonly byArn = new Map<string, Topic>();
  readonly #random: Random;

  constructor(
    random: Random,
    readonly accountId: string,
  ) {
    this.#random = random;
  }

  /** The topic of this name; creates it when there is none. Source: API_CreateTopic. */
  create(region: string, name: string, attributes: Readonly<Record<string, string>> = {}): string {
    const arn = `arn:aws:sns:${region}:${this.accountId}:${name}`;
    if (!this.byArn.has(arn)) {
      const given = new Map([['Policy', defaultPolicy(arn, this.accountId)], ...Object.entries(attributes)]);
      this.byArn.set(arn, { arn, region, attributes: given, subscriptions: new Map() });
    }
    return arn;
  }

  /** @throws ServiceError NotFound. */
  require(arn: string): Topic {
    const topic = this.byArn.get(arn);
    if (!topic) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    return topic;
  }

  /** Functions and queues are confirmed at once; everybody else must confirm. A second subscription changes nothing. */
  subscribe(topicArn: string, protocol: string, endpoint: string): Subscription {
    const { subscriptions } = this.require(topicArn);
    const same = [...subscriptions.values()].find(
      (one) => one.protocol === protocol && one.endpoint === endpoint,
    );
    if (same) return same;
    const arn = `${topicArn}:${this.#random.uuid()}`;
    const confirmed = protocol === 'lambda' || protocol === 'sqs';
    const subscription: Subscription = { arn, topicArn, protocol, endpoint, confirmed };
    subscriptions.set(arn, subscription);
    return subscription;
  }

  /** Confirms all subscriptions of an address: its owner clicks the link in each mail. */
  confirm(endpoint: string): void {
    for (const { subscriptions } of this.byArn.values())
      for (const subscription of subscriptions.values())
        if (subscription.endpoint === endpoint) subscription.confirmed = true;
  }

  /** Does nothing for a subscription that is gone. */
  unsubscribe(arn: string): void {
    this.byArn.get(arn.split(':').slice(0, 6).join(':'))?.subscriptions.delete(arn);
  }
}

/** The policy of a topic until somebody sets another. Source: SNS developer guide, "default access policy". */
const defaultPolicy = (arn: string, account: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:GetTopicAttributes', 'SNS:SetTopicAttributes'],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  });
