import type { Behaviour } from '../../core/behaviour.ts';

export const SNS_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'sns-create-twice',
    claim: 'creating a topic of the same name gives the same topic, with its subscriptions',
    source: 'API_CreateTopic',
  },
  {
    id: 'sns-email-pending',
    claim: 'an e-mail subscription gets nothing and has no ARN to show until it is confirmed',
    source: 'API_Subscribe, API_ListSubscriptionsByTopic',
  },
  {
    id: 'sns-function-event',
    claim:
      'a function gets the message as an event with one record, its MessageId and the time of publishing',
    source: 'Lambda developer guide: Using AWS Lambda with Amazon SNS',
  },
  {
    id: 'sns-function-permission',
    claim: 'a function that does not let the topic invoke it gets nothing',
    source: 'Lambda developer guide: Using resource-based policies for Lambda',
  },
  {
    id: 'sns-delivery-time',
    claim: 'a message arrives 30 ms after it was published',
    source: 'assumption: SNS FAQs speak of under 30 ms to an SQS queue',
  },
  {
    id: 'sns-service-needs-allow',
    claim:
      'a service publishes only where the policy allows it, for the account and the source that it names',
    source: 'SNS developer guide: Example cases for Amazon SNS access control',
  },
  {
    id: 'sns-deny-wins',
    claim:
      'an explicit deny in the policy keeps principals of the account out, root too; otherwise they need no allow in it',
    source: 'IAM user guide: Policy evaluation logic; assumption: their own policies allow publishing',
  },
  {
    id: 'sns-negated-condition',
    claim: 'a negated condition holds where the key is missing, any other condition does not',
    source: 'IAM user guide: IAM JSON policy elements: Condition operators',
  },
  {
    id: 'sns-unknown-policy',
    claim: 'a policy with an element that is not simulated is an error',
    source: 'assumption: the simulation says so instead of guessing',
  },
  {
    id: 'sns-limits',
    claim: 'a message has 1 to 262,144 bytes, a subject up to 100 characters on one line',
    source: 'API_Publish',
  },
  {
    id: 'sns-subscription-pages',
    claim: 'subscriptions are listed in pages of 100',
    source: 'API_ListSubscriptionsByTopic',
  },
  {
    id: 'sns-unsubscribe',
    claim: 'an unsubscribed endpoint gets nothing more; publishing to a deleted topic is NotFound',
    source: 'API_Unsubscribe, API_Publish',
  },
];
