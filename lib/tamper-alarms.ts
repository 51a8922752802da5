import { Stack } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ruleArn, type TamperRuleName } from './names.ts';
import { type Guarded, tamperPatterns } from './tamper-patterns.ts';

export interface TamperAlarmsProps extends Guarded {
  readonly reportTopic: ITopic;
  /** Keeps a message that SNS did not take. */
  readonly undelivered: IQueue;
}

const DESCRIPTIONS: Readonly<Record<TamperRuleName, string>> = {
  'tamper-function': 'somebody changes the function, its role, its journal or the stack.',
  'tamper-topics': 'somebody changes a topic or a subscription.',
  'tamper-alarms': 'somebody changes an alarm, a queue that one watches, or the log.',
  'tamper-triggers': 'somebody changes the schedule, a budget, a rule, a trail or GuardDuty.',
};

/**
 * Guards the guard: rules that mail the owner, without any code of ours, who did what to which of our things. Each is
 * watched by two of the others, so that none can be taken away alone. They need a trail, and see IAM and Budgets in
 * us-east-1 only.
 */
export class TamperAlarms extends Construct {
  constructor(scope: Construct, id: string, { reportTopic, undelivered, ...guarded }: TamperAlarmsProps) {
    super(scope, id);
    const target: IRuleTarget = {
      bind: () => ({
        arn: reportTopic.topicArn,
        input: RuleTargetInput.fromText(message()),
        deadLetterConfig: { arn: undelivered.queueArn },
      }),
    };
    const { tamperRules } = guarded.names;
    const patterns = tamperPatterns(guarded);
    for (const name of Object.keys(tamperRules) as TamperRuleName[])
      new Rule(this, name, {
        ruleName: tamperRules[name],
        description: `Killswitch: ${DESCRIPTIONS[name]}`,
        eventPattern: patterns[name],
        targets: [target],
      });
    const arns = Object.values(tamperRules).map((name) => ruleArn(Stack.of(this), name));
    undelivered.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TamperRulesKeepWhatSnsRefused',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [undelivered.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': arns } },
      }),
    );
  }
}

/** Where CloudTrail names the thing that was touched; an event has one or two of them. */
const RESOURCE_PARAMETERS = [
  'functionName',
  'roleName',
  'bucketName',
  'logGroupName',
  'stackName',
  'topicArn',
  'subscriptionArn',
  'resourceArn',
  'queueUrl',
  'alarmName',
  'alarmNames',
  'budgetName',
  'newBudget.budgetName',
  'BudgetName',
  'NewBudget.BudgetName',
  'rule',
  'name',
  'Name',
  'trailName',
  'detectorId',
];

/**
 * One line, since a rule's text target is one JSON string. A path that an event does not have leaves nothing behind, and
 * a list loses its quotes (EventBridge user guide, "Common issues with transforming input").
 */
function message(): string {
  const field = (path: string): string => EventField.fromPath(`$.detail.${path}`);
  const resources = RESOURCE_PARAMETERS.map((name) => field(`requestParameters.${name}`)).join(' ');
  return (
    `Killswitch tamper alarm: ${field('eventName')} (${field('eventSource')}) by ${field('userIdentity.type')} ` +
    `${field('userIdentity.arn')} from ${field('sourceIPAddress')} at ${field('eventTime')} in ` +
    `${field('awsRegion')}. Touched: ${resources}. Error, if it was refused: ${field('errorCode')}. ` +
    'If it was you, ignore this. To put it back later: docs/deploying.md, Repair. ' +
    'If not, run in the folder of your clone: ./killswitch fire'
  );
}
