import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PROTECTIONS } from '../lambda/core/instance-protection.ts';
import type { Grant } from '../lambda/core/policy/descriptor.ts';
import { ENGINE_GRANTS, grantsUnder, TRIPWIRE_GRANTS } from '../lambda/core/policy/permissions.ts';
import type { Settings } from '../lambda/core/settings.ts';
import { allKinds } from '../lambda/kinds/all.ts';
import { DATA_DELETION } from './data-deletion.ts';
import { type GuardNames, ruleArn, ruleNames } from './names.ts';
import { scheduleArn } from './tripwire.ts';

export interface ContainmentRoleProps {
  readonly settings: Settings;
  readonly budgetName: string | undefined;
  readonly alarmTopic: ITopic;
  readonly reportTopic: ITopic;
  readonly journal: Bucket;
  readonly failedEvents: IQueue;
  readonly logGroup: ILogGroup;
  readonly guards: GuardNames;
}

/**
 * The function's role: what the kinds declare for the verbs that the settings can reach, the engine's own needs,
 * and an explicit Deny on deleting data. Undo is not on it; that runs with the owner's credentials.
 */
export class ContainmentRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ContainmentRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Stops what bills and disables access keys; cannot delete data.',
      inlinePolicies: {
        Contain: new PolicyDocument({ statements: grantStatements(containmentGrants(props.settings)) }),
        RecordAndReport: new PolicyDocument({ statements: recordAndReport(Stack.of(this), props) }),
        ...lookAtGuards(Stack.of(this), props),
        NeverDeleteData: new PolicyDocument({ statements: denials() }),
      },
    });
    Validations.of(this.role).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'The point is to reach every instance and every key in the account, those that an intruder makes later ' +
          'included; actions are listed one by one, and those that could do more are narrowed by condition.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::<${logicalIdOf(props.journal)}.Arn>/*]`,
        reason:
          'The keys of the journal and of the reports are made from the incident, in a bucket of our own.',
      },
    );
  }
}

function logicalIdOf(bucket: Bucket): string {
  return Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
}

/** Everything the function may do to resources that are not its own, in the configured mode. */
export function containmentGrants(settings: Settings): Grant[] {
  const ofKinds = allKinds.flatMap((kind) => grantsUnder(kind, settings));
  return [...ENGINE_GRANTS, ...(settings.tripwire.enabled ? TRIPWIRE_GRANTS : []), ...ofKinds];
}

/** One statement for all unconditional grants, and one for each condition. */
function grantStatements(grants: readonly Grant[]): PolicyStatement[] {
  const byCondition = new Map<string, Set<string>>();
  for (const { action, condition } of grants) {
    const key = JSON.stringify(condition ?? {});
    byCondition.set(key, (byCondition.get(key) ?? new Set()).add(action));
  }
  return [...byCondition].map(
    ([condition, actions]) =>
      new PolicyStatement({
        actions: [...actions].sort(),
        resources: ['*'],
        conditions: JSON.parse(condition),
      }),
  );
}

function recordAndReport(stack: Stack, props: ContainmentRoleProps): PolicyStatement[] {
  const { budgetName, reportTopic, journal, failedEvents, logGroup } = props;
  return [
    // Authorizes DescribeBudget, DescribeBudgetPerformanceHistory and DescribeNotificationsForBudget.
    ...(budgetName === undefined
      ? []
      : [allow(['budgets:ViewBudget'], `arn:aws:budgets::${stack.account}:budget/${budgetName}`)]),
    allow(['sns:Publish'], reportTopic.topicArn),
    allow(['s3:GetObject', 's3:PutObject'], journal.arnForObjects('*')),
    allow(['s3:ListBucket'], journal.bucketArn),
    allow(['sqs:SendMessage'], failedEvents.queueArn),
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
  ];
}

const allow = (actions: string[], ...resources: string[]) => new PolicyStatement({ actions, resources });

/** The self-check of a tick: is each guard still there, and as it was? It can repair none of them. */
function lookAtGuards(stack: Stack, props: ContainmentRoleProps): Record<string, PolicyDocument> {
  const { guards, alarmTopic, reportTopic } = props;
  if (!guards.schedule) return {};
  const rules = ruleNames(guards).map((name) => ruleArn(stack, name));
  const statements = [
    allow(['scheduler:GetSchedule'], scheduleArn(stack, guards.schedule)),
    allow(['events:DescribeRule', 'events:ListTargetsByRule'], ...rules),
    allow(['sns:ListSubscriptionsByTopic'], alarmTopic.topicArn, reportTopic.topicArn),
  ];
  return { LookAtGuards: new PolicyDocument({ statements }) };
}

function denials(): PolicyStatement[] {
  const deny = { effect: Effect.DENY, resources: ['*'] };
  return [
    new PolicyStatement({ ...deny, sid: 'NeverDeleteData', actions: [...DATA_DELETION] }),
    new PolicyStatement({
      ...deny,
      sid: 'NeverChangeWhatAnInstanceRuns',
      actions: ['ec2:ModifyInstanceAttribute'],
      conditions: { StringNotEqualsIgnoreCase: { 'ec2:Attribute': [...PROTECTIONS] } },
    }),
  ];
}
