import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Carries the owner's test messages: the alarm topic refuses everybody but Budgets, its owner included.
 * A message here is never an alarm; the function tells the two topics apart by ARN.
 */
export class ControlTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Killswitch tests', enforceSSL: true });
    const { account } = Stack.of(this);
    const publish = { actions: ['sns:Publish'], resources: [this.topic.topicArn] };
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        ...publish,
        sid: 'PrincipalsOfThisAccountPublish',
        principals: [new AccountRootPrincipal()],
      }),
    );
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        ...publish,
        sid: 'EverybodyElseIsDenied',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        conditions: { StringNotEquals: { 'aws:PrincipalAccount': account } },
      }),
    );
  }
}
