import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { errorFacts } from '../core/model.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { within } from '../shell/time-limit.ts';

/** A check that is throttled for good would keep the tick from ending. */
const LIMIT_MS = 10_000;

/** The parts of the stack that a self-check looks at, as the template named them. */
export interface Guards {
  readonly region: string;
  readonly reportTopic: string;
  readonly alarmTopic: string;
  /** Name of the schedule that ticks. */
  readonly schedule: string;
  readonly rules: readonly string[];
  readonly alarms: readonly string[];
}

/** Each sentence is something that a person has to put right. Never rejects: what cannot be looked at is said too. */
export async function guardProblems(clients: Clients, clock: Clock, guards: Guards): Promise<string[]> {
  const check = (what: string, look: () => Promise<string[]>) =>
    within(clock, LIMIT_MS, 'AWS', look).catch((thrown: unknown) => [
      `${what} could not be looked at: ${errorFacts(thrown).error}`,
    ]);
  const checks = [
    check('who hears of it', () => mailProblems(clients, guards)),
    check('the alarm topic', () => alarmTopicProblems(clients, guards)),
    check('the schedule', () => scheduleProblems(clients, guards)),
    ...guards.rules.map((name) => check(`the rule ${name}`, () => ruleProblems(clients, guards, name))),
    check('the alarms', () => metricAlarmProblems(clients, guards)),
  ];
  return (await Promise.all(checks)).flat();
}

async function subscriptionsOf(clients: Clients, TopicArn: string, region: string) {
  const sns = clients.of(SNSClient, region);
  const { Subscriptions = [] } = await sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn }),
    clients.options,
  );
  return Subscriptions;
}

async function mailProblems(clients: Clients, { reportTopic, region }: Guards): Promise<string[]> {
  const mail = (await subscriptionsOf(clients, reportTopic, region)).filter(
    ({ Protocol }) => Protocol === 'email',
  );
  if (mail.length === 0) return ['no e-mail address is subscribed to the reports: npx cdk deploy'];
  // Source: API_Subscription; an unconfirmed one has this in place of its ARN.
  return mail
    .filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation')
    .map(
      ({ Endpoint }) =>
        `${Endpoint} has not confirmed its subscription: look for "AWS Notification - Subscription Confirmation"`,
    );
}

async function alarmTopicProblems(clients: Clients, { alarmTopic, region }: Guards): Promise<string[]> {
  const subscribed = await subscriptionsOf(clients, alarmTopic, region);
  return subscribed.some(({ Protocol }) => Protocol === 'lambda')
    ? []
    : ['the alarm topic leads to no function any more: npx cdk deploy'];
}

async function scheduleProblems(clients: Clients, { schedule, region }: Guards): Promise<string[]> {
  const scheduler = clients.of(SchedulerClient, region);
  const { State } = await scheduler.send(new GetScheduleCommand({ Name: schedule }), clients.options);
  return State === 'ENABLED' ? [] : [`the schedule ${schedule} is ${State}: npx cdk deploy`];
}

async function ruleProblems(clients: Clients, { region }: Guards, Name: string): Promise<string[]> {
  const events = clients.of(EventBridgeClient, region);
  const [{ State }, { Targets = [] }] = await Promise.all([
    events.send(new DescribeRuleCommand({ Name }), clients.options),
    events.send(new ListTargetsByRuleCommand({ Rule: Name }), clients.options),
  ]);
  if (State !== 'ENABLED') return [`the rule ${Name} is ${State}: npx cdk deploy`];
  return Targets.length > 0 ? [] : [`the rule ${Name} leads nowhere any more: npx cdk deploy`];
}

async function metricAlarmProblems(clients: Clients, { alarms, region }: Guards): Promise<string[]> {
  if (alarms.length === 0) return [];
  const cloudWatch = clients.of(CloudWatchClient, region);
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...alarms] }),
    clients.options,
  );
  const found = new Map(MetricAlarms.map((alarm) => [alarm.AlarmName, alarm]));
  return alarms.flatMap((name) => {
    const alarm = found.get(name);
    if (!alarm) return [`the alarm ${name} is gone: npx cdk deploy`];
    if (alarm.ActionsEnabled === false) return [`the alarm ${name} tells nobody any more: npx cdk deploy`];
    return alarm.StateValue === 'ALARM' ? [`the alarm ${name} is ringing: ${alarm.StateReason}`] : [];
  });
}
