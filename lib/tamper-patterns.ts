import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { GuardNames, TamperRuleName } from './names.ts';
import { budgetPrefix } from './stack-names.ts';

/** What the kill switch is made of. Names and ARNs may be tokens; `stackName` and `names` are known at synth. */
export interface Guarded {
  readonly names: GuardNames;
  readonly stackName: string;
  /** ARN of the stack up to its random last part. */
  readonly stackArnPrefix: string;
  readonly functionName: string;
  readonly roleNames: readonly string[];
  readonly bucketName: string;
  readonly logGroupName: string;
  readonly topicArns: readonly string[];
  readonly queueUrls: readonly string[];
}

type Clause = Readonly<Record<string, unknown>>;

const startsWith = (prefix: string): Clause => ({ prefix });
const anyOf = (...alternatives: Clause[]): Clause => ({ $or: alternatives });
const call = (service: string, requestParameters: Clause, eventName?: readonly unknown[]): Clause => ({
  eventSource: [`${service}.amazonaws.com`],
  ...(eventName ? { eventName } : {}),
  requestParameters,
});

/**
 * Writes to our own things by anybody but CloudFormation, which makes the calls of a deployment for its caller. The
 * caller's own call, on the stack, matches. `invokedBy` is missing in a direct call, and
 * `anything-but` does not match what is missing.
 *
 * An enabled rule gets no read-only calls (EventBridge user guide, "Receiving read-only management events"), but data
 * events where a trail records them: those are left out by name. `source` begins with `aws.`, which nobody but AWS
 * can put. Denied attempts match as well. Event and parameter names: CloudTrail user guide and the services' own
 * "logging with CloudTrail" pages; assumption: Scheduler and Budgets, of which AWS shows no record, name their
 * parameters like their APIs, in one of the two usual spellings.
 */
export function tamperPatterns(guarded: Guarded): Readonly<Record<TamperRuleName, EventPattern>> {
  return {
    'tamper-function': pattern(whatActs(guarded)),
    'tamper-topics': pattern(whatTells(guarded)),
    'tamper-alarms': pattern(whatWatches(guarded)),
    'tamper-triggers': pattern(whatWakes(guarded)),
  };
}

function pattern(clauses: readonly Clause[]): EventPattern {
  return {
    source: [{ prefix: 'aws.' }] as unknown as string[],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      userIdentity: anyOf(
        { invokedBy: [{ exists: false }] },
        { invokedBy: [{ 'anything-but': 'cloudformation.amazonaws.com' }] },
      ),
      $or: clauses,
    },
  };
}

/** The function, its roles, its journal, and the stack as a whole. Lambda's event names end in an API version. */
function whatActs(guarded: Guarded): Clause[] {
  const { stackName, stackArnPrefix, functionName, roleNames, bucketName, names } = guarded;
  const { 'tamper-function': _itself, ...others } = names.tamperRules;
  return [
    call('lambda', { functionName: [{ wildcard: `*${functionName}*` }] }, [
      { 'anything-but': startsWith('Invoke') },
    ]),
    call('iam', { roleName: [...roleNames] }),
    call('s3', { bucketName: [bucketName] }, [startsWith('PutBucket'), startsWith('DeleteBucket')]),
    call('cloudformation', { stackName: [stackName, startsWith(stackArnPrefix)] }, [
      'DeleteStack',
      'UpdateStack',
      'CreateChangeSet',
      'ExecuteChangeSet',
      'SetStackPolicy',
      'UpdateTerminationProtection',
    ]),
    changesRule(Object.values(others)),
  ];
}

/** The topics and their subscriptions. */
function whatTells({ names, topicArns }: Guarded): Clause[] {
  return [
    call(
      'sns',
      anyOf(
        { topicArn: [...topicArns] },
        { resourceArn: [...topicArns] },
        { subscriptionArn: topicArns.map((arn) => startsWith(`${arn}:`)) },
      ),
      [{ 'anything-but': ['Publish', 'PublishBatch'] }],
    ),
    changesRule([names.tamperRules['tamper-function']]),
  ];
}

/** The alarms, the queues that they watch, and the log, which may hold the only copy of an undo record. */
function whatWatches({ names, queueUrls, logGroupName }: Guarded): Clause[] {
  const { 'tamper-function': acts, 'tamper-triggers': wakes } = names.tamperRules;
  const alarmNames = [startsWith(names.prefix)];
  return [
    call('monitoring', anyOf({ alarmName: alarmNames }, { alarmNames })),
    // Mutes the alarms that it names, and all of them when it names none (CloudWatch API reference, PutAlarmMuteRule).
    { eventSource: ['monitoring.amazonaws.com'], eventName: ['PutAlarmMuteRule'] },
    call('sqs', { queueUrl: [...queueUrls] }, ['DeleteQueue', 'PurgeQueue', 'SetQueueAttributes']),
    call('logs', { logGroupName: [logGroupName] }, ['DeleteLogGroup', 'DeleteLogStream']),
    changesRule([acts, wakes]),
  ];
}

/** The schedule, the budgets and all rules; any trail, without which no rule sees a call, and any GuardDuty detector. */
function whatWakes({ names, stackName }: Guarded): Clause[] {
  const budgetName = [startsWith(budgetPrefix(stackName))];
  const schedule = names.schedule ? [names.schedule] : [];
  return [
    ...(names.schedule ? [call('scheduler', anyOf({ name: schedule }, { Name: schedule }))] : []),
    call(
      'budgets',
      anyOf(
        { budgetName },
        { newBudget: { budgetName } },
        { BudgetName: budgetName },
        { NewBudget: { BudgetName: budgetName } },
      ),
    ),
    {
      eventSource: ['cloudtrail.amazonaws.com'],
      eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
    },
    { eventSource: ['guardduty.amazonaws.com'], eventName: ['DeleteDetector', 'UpdateDetector'] },
    changesRule([startsWith(names.prefix)]),
  ];
}

/** PutRule, DisableRule and DeleteRule call a rule `name`, PutTargets and RemoveTargets `rule`. */
const changesRule = (rules: readonly unknown[]): Clause =>
  call('events', anyOf({ name: rules }, { rule: rules }));
