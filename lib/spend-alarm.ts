import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  ALARM_THRESHOLDS,
  thisAccountOnly,
  USAGE_ONLY,
  WARNING_THRESHOLDS,
} from '../lambda/core/verdict/budget.ts';
import { budgetPrefix } from './stack-names.ts';

/** Percent of the limit at which the all-in budget sends an e-mail. */
const ALL_IN_THRESHOLDS = [80, 100];

type Subscriber = CfnBudget.SubscriberProperty;

export interface SpendAlarmProps {
  readonly email: string;
  /** US dollars. */
  readonly monthlyBudgetUsd: number;
  /** False: only the topic, to which nothing is published. */
  readonly awsBudgets: boolean;
}

/** The budget whose thresholds fire the kill switch, the topic that carries them, and a second budget that only mails. */
export class SpendAlarm extends Construct {
  readonly topic: Topic;
  /** Known at synth: the function's environment and role name the budget without depending on it. */
  readonly budgetName: string | undefined;
  readonly budget: CfnBudget | undefined;

  constructor(scope: Construct, id: string, { email, monthlyBudgetUsd, awsBudgets }: SpendAlarmProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // No encryption with a key: Budgets cannot publish under alias/aws/sns, and a key of our own costs $1 a month.
    this.topic = new Topic(this, 'Topic', { displayName: 'Killswitch alarm', enforceSSL: true });
    const policies = alarmTopicStatements(this.topic.topicArn, stack.account).map((statement) =>
      this.topic.addToResourcePolicy(statement),
    );
    if (!awsBudgets) return;
    const common = {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyBudgetUsd, unit: 'USD' },
      costFilters: thisAccountOnly(stack.account),
    };
    const mail: Subscriber = { subscriptionType: 'EMAIL', address: email };
    const alarm: Subscriber = { subscriptionType: 'SNS', address: this.topic.topicArn };

    const prefix = budgetPrefix(stack.stackName);
    this.budgetName = nameFor(`${prefix}usage`, [WARNING_THRESHOLDS, ALARM_THRESHOLDS, email]);
    this.budget = new CfnBudget(this, 'Usage', {
      budget: { ...common, budgetName: this.budgetName, costTypes: costTypes(USAGE_ONLY) },
      notificationsWithSubscribers: [
        ...WARNING_THRESHOLDS.actual.map((percent) => notification('ACTUAL', percent, [mail])),
        ...WARNING_THRESHOLDS.forecast.map((percent) => notification('FORECASTED', percent, [mail])),
        ...ALARM_THRESHOLDS.map((percent) => notification('ACTUAL', percent, [alarm, mail])),
      ],
    });
    // A threshold is announced once a month: it must not be announced before Budgets may publish.
    for (const { policyDependable } of policies)
      if (policyDependable) this.budget.node.addDependency(policyDependable);

    // Budgets' default cost types: what the account will really be charged, tax, support and credits included.
    new CfnBudget(this, 'AllIn', {
      budget: { ...common, budgetName: nameFor(`${prefix}all-in`, [ALL_IN_THRESHOLDS, email]) },
      notificationsWithSubscribers: ALL_IN_THRESHOLDS.map((percent) =>
        notification('ACTUAL', percent, [mail]),
      ),
    });
  }
}

/**
 * A name that changes with the notifications: CloudFormation replaces a budget whose notifications change, creates
 * the new one first, and Budgets refuses a second one of the same name, so that an edit of `email` could not be
 * deployed. Source: AWS::Budgets::Budget, "Update requires: Replacement".
 */
function nameFor(prefix: string, notifications: readonly unknown[]): string {
  return `${prefix}-${createHash('sha256').update(JSON.stringify(notifications)).digest('hex').slice(0, 8)}`;
}

/** Budgets' CostTypes as CloudFormation spells them: `IncludeTax` is `includeTax`. */
function costTypes(types: Readonly<Record<string, boolean>>): CfnBudget.CostTypesProperty {
  return Object.fromEntries(
    Object.entries(types).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );
}

function notification(
  notificationType: 'ACTUAL' | 'FORECASTED',
  threshold: number,
  subscribers: Subscriber[],
): CfnBudget.NotificationWithSubscribersProperty {
  return {
    notification: {
      notificationType,
      comparisonOperator: 'GREATER_THAN',
      threshold,
      thresholdType: 'PERCENTAGE',
    },
    subscribers,
  };
}

/**
 * Who may publish an alarm: Budgets, for this account, and nobody else.
 *
 * The Allow alone keeps out other services and other accounts' budgets, because a service principal has no
 * permissions but those that a resource policy gives. It does not keep out this account's own users and roles:
 * within an account, their identity policy suffices. Hence the Deny, on exactly those callers that are not an
 * AWS service: `aws:PrincipalIsAWSService` is present and false in every request signed by a user, role or root,
 * also where a service calls with such a caller's credentials, and true when Budgets calls with its own.
 *
 * A Deny by `aws:SourceAccount` or `aws:SourceArn` would do harm: negated operators match when the key is
 * missing, so it would silence Budgets on the day that one of its calls came without the key, and nobody would
 * notice before the next bill. `Bool` does not match a missing key; the only callers without it are anonymous,
 * and those no Allow admits. Source: IAM user guide, "AWS global condition context keys".
 */
function alarmTopicStatements(topicArn: string, account: string): PolicyStatement[] {
  const publish = { actions: ['sns:Publish'], resources: [topicArn] };
  return [
    new PolicyStatement({
      ...publish,
      sid: 'BudgetsOfThisAccountPublish',
      principals: [new ServicePrincipal('budgets.amazonaws.com')],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:aws:budgets::${account}:*` },
      },
    }),
    new PolicyStatement({
      ...publish,
      sid: 'EverybodyElseIsDenied',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      conditions: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    }),
  ];
}
