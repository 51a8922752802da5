import type { Target } from '@aws-sdk/client-eventbridge';
import type { AlarmDefinition } from '../services/cloudwatch/alarm.ts';
import type { ScheduleDefinition } from '../services/scheduler/scheduler.ts';
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

interface RuleProperties {
  readonly EventPattern?: unknown;
  readonly Description?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly EventBusName?: string;
  readonly Targets?: readonly Target[];
}

export function createRule({ account, region, id, properties }: Creation<RuleProperties>): void {
  const { EventPattern, Description, State = 'ENABLED', EventBusName = 'default', Targets = [] } = properties;
  if (!EventPattern || EventBusName !== 'default')
    throw new Error('only rules with a pattern on the default bus are simulated');
  const rule = account.events.putRule(region, {
    ...{ name: id, patternText: JSON.stringify(EventPattern), state: State },
    ...(Description === undefined ? {} : { description: Description }),
  });
  for (const target of Targets) rule.targets.set(target.Id ?? '', target);
}

export function createSchedule({ account, region, id, properties }: Creation<ScheduleDefinition>): void {
  account.scheduler.create(region, { ...properties, Name: id });
}

/** The template’s properties have the same names as the API’s parameters. */
export function createAlarm({ account, region, id, properties }: Creation<AlarmDefinition>): void {
  account.cloudWatch.putAlarm(region, { ...properties, AlarmName: id });
}
