import {
  DeleteBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { DeleteTopicCommand, SetTopicAttributesCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { act, type Call, type TamperingAct, type Target } from './tampering-act.ts';

const forEverybody = (Effect: 'Allow' | 'Deny', Action: string, Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Principal: '*', Action, Resource }] });

/** The topics and their subscriptions. Mail goes through the report topic: what is done to that one, no mail can tell. */
export function topicActs({ account, alarmTopic, reportTopic }: Target): TamperingAct[] {
  return [alarmTopic, reportTopic].flatMap((TopicArn) => {
    const own = (command: Call['command']) => act('topics', TopicArn, 'sns', command);
    const set = (AttributeName: string, AttributeValue: string) =>
      own(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
    const isMailbox = TopicArn === reportTopic;
    const removal = isMailbox ? { removesMailbox: true as const } : {};
    const { subscriptions } = account.sns.topics.require(TopicArn);
    return [
      set('DisplayName', 'Nothing to see here'),
      { ...set('Policy', forEverybody('Deny', 'sns:Publish', TopicArn)), ...removal },
      ...[...subscriptions.keys()].map((SubscriptionArn) => ({
        ...own(new UnsubscribeCommand({ SubscriptionArn })),
        ...removal,
      })),
      { ...own(new DeleteTopicCommand({ TopicArn })), ...removal },
    ];
  });
}

/** The bucket of the journal, which `restore` reads. */
export function bucketActs({ bucket: Bucket }: Target): TamperingAct[] {
  const own = (command: Call['command']) => act('bucket', Bucket, 's3', command);
  const Policy = forEverybody('Deny', 's3:PutObject', `arn:aws:s3:::${Bucket}/*`);
  const tomorrow = { Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const;
  const LifecycleConfiguration = { Rules: [tomorrow] };
  return [
    own(new PutBucketPolicyCommand({ Bucket, Policy })),
    {
      ...own(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration })),
      recordedAs: 'PutBucketLifecycle',
    },
    own(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    own(new DeleteBucketCommand({ Bucket })),
  ];
}
