import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { parseSettings, type SettingsInput } from '../lambda/core/settings.ts';
import { ControlTopic } from './control-topic.ts';
import { FailureAlarms } from './failure-alarms.ts';
import { ContainmentFunction } from './function.ts';
import { JournalBucket } from './journal-bucket.ts';
import { ReportTopic } from './report-topic.ts';
import { SpendAlarm } from './spend-alarm.ts';

export interface KillSwitchProps {
  /** As in killswitch.config.json. `region` is not read here: it lives where the stack lives. */
  readonly settings: SettingsInput;
}

/**
 * The whole kill switch, for a stack of your own. One per account: it watches the account's spend.
 * @throws InputError listing everything that is wrong with the settings.
 */
export class KillSwitch extends Construct {
  readonly function: LambdaFunction;
  readonly spendAlarm: SpendAlarm;
  readonly controlTopic: ControlTopic;
  readonly reportTopic: ReportTopic;
  readonly journal: JournalBucket;
  readonly failureAlarms: FailureAlarms;

  constructor(scope: Construct, id: string, props: KillSwitchProps) {
    super(scope, id);
    const settings = parseSettings(props.settings, 'KillSwitch settings');
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
    });
    this.function = containment.function;
    // An account that is over its budget on the first day gets its alarm within hours: whoever listens comes first.
    this.spendAlarm.budget.node.addDependency(containment);
    this.failureAlarms = new FailureAlarms(this, 'FailureAlarms', {
      ...containment.queues,
      function: this.function,
      reportTopic: this.reportTopic.topic,
    });
    this.describeOutputs();
  }

  /** Under these names, whatever stack it is in: the command line finds the deployment by them. */
  private describeOutputs(): void {
    const { functionName } = this.function;
    const { region } = Stack.of(this);
    const outputs: Record<string, string> = {
      FunctionName: functionName,
      AlarmTopicArn: this.spendAlarm.topic.topicArn,
      ControlTopicArn: this.controlTopic.topic.topicArn,
      ReportTopicArn: this.reportTopic.topic.topicArn,
      JournalBucketName: this.journal.bucket.bucketName,
      BudgetName: this.spendAlarm.budgetName,
      // Event, not RequestResponse: the AWS CLI gives up on an answer after 60 s and would invoke a second time.
      // `fileb://` is the one form of a payload that versions 1 and 2 of the AWS CLI read alike.
      EmergencyCommand:
        `echo '{"action":"fire"}' | aws lambda invoke --region ${region} --function-name ${functionName}` +
        ' --invocation-type Event --payload fileb:///dev/stdin /dev/stdout',
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}
