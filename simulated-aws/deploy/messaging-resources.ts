import type { Creation } from './creation.ts';

export function createQueue({
  account,
  region,
  id,
  properties: { MessageRetentionPeriod },
}: Creation<{ readonly MessageRetentionPeriod?: number }>): void {
  account.sqs.create(region, id.split('/').at(-1) ?? id, MessageRetentionPeriod);
}

export function createTopic({
  account,
  region,
  id,
  properties,
}: Creation<{ readonly DisplayName?: string }>): void {
  const { DisplayName = '' } = properties;
  account.sns.topics.create(region, id.split(':').at(-1) ?? id, { DisplayName });
}

export function setTopicPolicy({
  account,
  properties: { Topics, PolicyDocument },
}: Creation<{ readonly Topics: readonly string[]; readonly PolicyDocument: unknown }>): void {
  for (const topic of Topics)
    account.sns.topics.require(topic).attributes.set('Policy', JSON.stringify(PolicyDocument));
}

interface SubscriptionProperties extends Readonly<Record<'TopicArn' | 'Protocol' | 'Endpoint', string>> {
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string };
}

export function subscribe({
  account,
  confirmed,
  properties: { TopicArn, Protocol, Endpoint, RedrivePolicy },
}: Creation<SubscriptionProperties>): void {
  const subscription = account.sns.topics.subscribe(TopicArn, Protocol, Endpoint);
  if (confirmed) subscription.confirmed = true;
  if (RedrivePolicy) subscription.deadLetterArn = RedrivePolicy.deadLetterTargetArn;
}
