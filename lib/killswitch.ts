import { Annotations, CfnOutput, Stack, Token } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { GLOBAL_REGION } from '../lambda/core/regions.ts';
import { flagsOfStack } from '../lambda/core/report/next-commands.ts';
import { parseSettings, type Settings, type SettingsInput } from '../lambda/core/settings.ts';
import { buildTime, withArmingTime } from './arming.ts';
import { BudgetAction } from './budget-action.ts';
import { ControlTopic } from './control-topic.ts';
import { FailureAlarms } from './failure-alarms.ts';
import { ContainmentFunction } from './function.ts';
import { JournalBucket } from './journal-bucket.ts';
import { type GuardNames, guardNames } from './names.ts';
import { refuseWhere } from './refusals.ts';
import { ReportTopic } from './report-topic.ts';
import { Signals } from './signals.ts';
import { SpendAlarm } from './spend-alarm.ts';
import { type OutputName, WITHOUT_BUDGETS, WITHOUT_BUDGETS_OUTPUT } from './stack-names.ts';
import { TamperAlarms } from './tamper-alarms.ts';
import { Tripwire } from './tripwire.ts';

export interface KillSwitchPartsProps {
  readonly settings: Settings;
  /** The moment of the build, ms since 1970: `armAfterHours` counts from it. */
  readonly builtAt: number;
}

/** The whole kill switch, of settings that are parsed. */
export class KillSwitchParts extends Construct {
  readonly function: LambdaFunction;
  readonly spendAlarm: SpendAlarm;
  readonly controlTopic: ControlTopic;
  readonly reportTopic: ReportTopic;
  readonly journal: JournalBucket;
  readonly failureAlarms: FailureAlarms;

  constructor(scope: Construct, id: string, { settings: given, builtAt }: KillSwitchPartsProps) {
    super(scope, id);
    refuseWhere(Stack.of(this), given);
    const settings = withArmingTime(given, builtAt);
    if (settings.armAt !== given.armAt) this.tellArmingTime(settings);
    const guards = guardNames(this, settings);
    this.reportTopic = new ReportTopic(this, 'Report', settings);
    this.spendAlarm = new SpendAlarm(this, 'SpendAlarm', settings);
    this.controlTopic = new ControlTopic(this, 'Control');
    this.journal = new JournalBucket(this, 'Journal');
    const containment = new ContainmentFunction(this, 'Containment', {
      settings,
      account: Stack.of(this).account,
      budgetName: this.spendAlarm.budgetName,
      alarmTopic: this.spendAlarm.topic,
      controlTopic: this.controlTopic.topic,
      reportTopic: this.reportTopic.topic,
      journal: this.journal.bucket,
      guards,
      stackName: Stack.of(this).stackName,
    });
    this.function = containment.function;
    // An account that is over its budget on the first day gets its alarm within hours: whoever listens comes first.
    this.spendAlarm.budget?.node.addDependency(containment);
    this.failureAlarms = new FailureAlarms(this, 'FailureAlarms', {
      ...containment.queues,
      function: this.function,
      reportTopic: this.reportTopic.topic,
      names: guards.alarms,
      everyMinutes: settings.tripwire.everyMinutes,
      commandFlags: commandFlagsOf(Stack.of(this)),
    });
    const roles = [
      containment.role,
      ...this.wake(settings, guards, containment.queues.undelivered),
      ...this.denyWithoutLambda(settings),
    ];
    this.guard(guards, roles, containment.queues);
    this.describeOutputs(settings);
  }

  /** The schedule and the rules that wake the function before Budgets does. @returns the roles that it took. */
  private wake({ tripwire }: Settings, guards: GuardNames, undelivered: IQueue): Role[] {
    if (!guards.schedule) return [];
    new Signals(this, 'Signals', { function: this.function, names: guards.signalRules, undelivered });
    const { role } = new Tripwire(this, 'Tripwire', {
      function: this.function,
      scheduleName: guards.schedule,
      everyMinutes: tripwire.everyMinutes,
      undelivered,
    });
    return [role];
  }

  /** @returns the roles that it took. */
  private denyWithoutLambda(settings: Settings): Role[] {
    const { budgetName, budget } = this.spendAlarm;
    if (settings.guard.denyAtLimit.length === 0 || !budget || budgetName === undefined) return [];
    const { role, action } = new BudgetAction(this, 'BudgetAction', { settings, budgetName });
    action.node.addDependency(budget);
    return [role];
  }

  private guard(names: GuardNames, roles: readonly Role[], queues: ContainmentFunction['queues']): void {
    const stack = Stack.of(this);
    new TamperAlarms(this, 'TamperAlarms', {
      names,
      stackName: stack.stackName,
      stackArnPrefix: stack.formatArn({
        service: 'cloudformation',
        resource: 'stack',
        resourceName: `${stack.stackName}/`,
      }),
      functionName: this.function.functionName,
      roleNames: roles.map(({ roleName }) => roleName),
      bucketName: this.journal.bucket.bucketName,
      logGroupName: this.function.logGroup.logGroupName,
      // Not the control topic: it carries the owner's tests, and the owner notices when they do not arrive.
      topicArns: [this.reportTopic, this.spendAlarm].map(({ topic }) => topic.topicArn),
      queueUrls: [queues.failedEvents.queueUrl, queues.undelivered.queueUrl],
      reportTopic: this.reportTopic.topic,
      undelivered: queues.undelivered,
    });
  }

  /** Each build would start the hours anew, and with them the time in which nothing is stopped. */
  private tellArmingTime({ armAt, armAfterHours }: Settings): void {
    Annotations.of(this).addWarningV2(
      'killswitch:armAfterHours',
      `Until ${armAt} the kill switch only looks and reports. Each deployment with armAfterHours ${armAfterHours} ` +
        `starts these hours anew: set armAt to "${armAt}" to keep the moment.`,
    );
  }

  /** Under these names, whatever stack it is in: the command line finds the deployment by them. */
  private describeOutputs({ email }: Settings): void {
    const { functionName } = this.function;
    const { region } = Stack.of(this);
    const flags = commandFlagsOf(Stack.of(this));
    const { budgetName } = this.spendAlarm;
    const outputs: Partial<Record<OutputName | typeof WITHOUT_BUDGETS_OUTPUT, string>> = {
      FunctionName: functionName,
      AlarmTopicArn: this.spendAlarm.topic.topicArn,
      ControlTopicArn: this.controlTopic.topic.topicArn,
      ReportTopicArn: this.reportTopic.topic.topicArn,
      JournalBucketName: this.journal.bucket.bucketName,
      ...(budgetName === undefined
        ? { [WITHOUT_BUDGETS_OUTPUT]: WITHOUT_BUDGETS }
        : { BudgetName: budgetName }),
      // Event, not RequestResponse: the AWS CLI gives up on an answer after 60 s and would invoke a second time.
      // So nobody waits for the answer, and the function may look on for some minutes (`hold`).
      // `fileb://` is the one form of a payload that versions 1 and 2 of the AWS CLI read alike.
      EmergencyCommand:
        `echo '{"action":"fire","hold":true}' | aws lambda invoke --region ${region} --function-name ${functionName}` +
        ' --invocation-type Event --payload fileb:///dev/stdin /dev/stdout',
    };
    // What `cdk deploy` ends with. Without the confirmation no report reaches anybody.
    const NextStep =
      `Open the mail "AWS Notification - Subscription Confirmation" to ${email} and confirm it. Then run: ` +
      `\`./killswitch status${flags}\` and \`./killswitch test-alarm${flags}\``;
    for (const [name, value] of Object.entries({ ...outputs, NextStep }))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}

export interface KillSwitchProps {
  /** As in killswitch.config.json. `region` is not read here: it lives where the stack lives. */
  readonly settings: SettingsInput;
  /** The moment of the build, ms since 1970: `armAfterHours` counts from it. Else SOURCE_DATE_EPOCH, or now. */
  readonly builtAt?: number;
}

/**
 * The whole kill switch, for a stack of your own. One per account: it watches the account's spend.
 * @throws InputError listing everything that is wrong with the settings.
 */
export class KillSwitch extends KillSwitchParts {
  constructor(scope: Construct, id: string, { settings, builtAt }: KillSwitchProps) {
    super(scope, id, {
      settings: parseSettings(settings, 'KillSwitch settings'),
      builtAt: builtAt ?? buildTime(process.env, Date.now),
    });
  }
}

/** A region that is known only when the stack is deployed counts as the default one. */
const commandFlagsOf = ({ stackName, region }: Stack): string =>
  flagsOfStack({ stack: stackName, region: Token.isUnresolved(region) ? GLOBAL_REGION : region });
