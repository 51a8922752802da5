import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface ReportTopicProps {
  readonly email: string;
}

/** Carries the reports, and the alarms on our own failures, to the owner's mailbox. */
export class ReportTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { email }: ReportTopicProps) {
    super(scope, id);
    // No encryption with a key: CloudWatch cannot publish under alias/aws/sns, and a key of our own costs $1 a month.
    this.topic = new Topic(this, 'Topic', { displayName: 'Killswitch', enforceSSL: true });
    new Subscription(this, 'Email', {
      topic: this.topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint: email,
    });
    const stack = Stack.of(this);
    const anyAlarm = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccountPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': anyAlarm },
        },
      }),
    );
    // Without a condition: "You can't use Condition blocks in Amazon SNS topic policies for EventBridge" (EventBridge
    // user guide, "Amazon SNS permissions"), and a message that is refused is lost unseen. A rule of another account
    // does not publish as this principal: it needs a role of its account.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesPublish',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
  }
}
