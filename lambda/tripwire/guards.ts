import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { errorFacts } from '../core/model.ts';
import { REVERT_DRIFT, subscribeMail } from '../core/report/repair.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { within } from '../shell/time-limit.ts';

/** Without a limit, a check that AWS always throttles would keep the tick from ending. */
const LIMIT_MS = 10_000;

/** The parts of the stack that the self-check looks at, by the names in the template. */
export interface Guards {
  readonly region: string;
  readonly reportTopic: string;
  readonly alarmTopic: string;
  /** Name of the schedule that causes the ticks. */
  readonly schedule: string;
  readonly rules: readonly string[];
  readonly alarms: readonly string[];
}

/** A sentence for each problem that a person has to repair, also for a check that failed. Never rejects. */
export async function guardProblems(clients: Clients, clock: Clock, guards: Guards): Promise<string[]> {
  const check = (what: string, look: () => Promise<string[]>) => checkWithin(clock, what, look);
  const checks = [
    check('the subscriptions to the reports', () => mailProblems(clients, guards)),
    check('the alarm topic', () => alarmTopicProblems(clients, guards)),
    scheduleProblems(clients, clock, guards),
    ...guards.rules.map((name) => check(`the rule ${name}`, () => ruleProblems(clients, guards, name))),
    check('the alarms', () => metricAlarmProblems(clients, guards)),
  ];
  return (await Promise.all(checks)).flat();
}

/** The same for the schedule alone: why it may not cause the next look. Never rejects. */
export const scheduleProblems = (clients: Clients, clock: Clock, guards: Guards): Promise<string[]> =>
  checkWithin(clock, 'the schedule', () => stateProblems(clients, guards));

const checkWithin = (clock: Clock, what: string, look: () => Promise<string[]>): Promise<string[]> =>
  within(clock, LIMIT_MS, 'AWS', look).catch((thrown: unknown) => [
    `could not check ${what}: ${errorFacts(thrown).error}`,
  ]);

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
  if (mail.length === 0)
    return [`no e-mail address is subscribed to the reports: ${subscribeMail(reportTopic)}`];
  // An unconfirmed subscription has this instead of its ARN. Source: API_Subscription.
  const subject = 'AWS Notification - Subscription Confirmation';
  return mail
    .filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation')
    .map(({ Endpoint }) => `${Endpoint} has not confirmed its subscription: look for the mail "${subject}"`);
}

async function alarmTopicProblems(clients: Clients, { alarmTopic, region }: Guards): Promise<string[]> {
  const subscribed = await subscriptionsOf(clients, alarmTopic, region);
  return subscribed.some(({ Protocol }) => Protocol === 'lambda')
    ? []
    : [`no function is subscribed to the alarm topic: ${REVERT_DRIFT}`];
}

async function stateProblems(clients: Clients, { schedule, region }: Guards): Promise<string[]> {
  const scheduler = clients.of(SchedulerClient, region);
  const { State } = await scheduler.send(new GetScheduleCommand({ Name: schedule }), clients.options);
  return State === 'ENABLED' ? [] : [`the schedule ${schedule} is ${State}: ${REVERT_DRIFT}`];
}

async function ruleProblems(clients: Clients, { region }: Guards, Name: string): Promise<string[]> {
  const events = clients.of(EventBridgeClient, region);
  const [{ State }, { Targets = [] }] = await Promise.all([
    events.send(new DescribeRuleCommand({ Name }), clients.options),
    events.send(new ListTargetsByRuleCommand({ Rule: Name }), clients.options),
  ]);
  if (State !== 'ENABLED') return [`the rule ${Name} is ${State}: ${REVERT_DRIFT}`];
  return Targets.length > 0 ? [] : [`the rule ${Name} has no target: ${REVERT_DRIFT}`];
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
    if (!alarm) return [`the alarm ${name} is gone: ${REVERT_DRIFT}`];
    if (alarm.ActionsEnabled === false)
      return [`the actions of the alarm ${name} are disabled: ${REVERT_DRIFT}`];
    return alarm.StateValue === 'ALARM' ? [`the alarm ${name} is in state ALARM: ${alarm.StateReason}`] : [];
  });
}
