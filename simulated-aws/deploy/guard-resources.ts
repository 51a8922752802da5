import type { Target } from '@aws-sdk/client-eventbridge';
import type { AlarmDefinition } from '../services/cloudwatch/alarm.ts';
import type { ScheduleDefinition } from '../services/scheduler/scheduler.ts';
import type { Creation } from './creation.ts';

interface RuleProperties {
  readonly EventPattern?: unknown;
  readonly Description?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly EventBusName?: string;
  readonly Targets?: readonly Target[];
}

export function createRule({ account, region, id, properties }: Creation<RuleProperties>): void {
  const { EventPattern, Description, State = 'ENABLED', EventBusName = 'default', Targets = [] } = properties;
  if (!EventPattern || EventBusName !== 'default')
    throw new Error('only rules with a pattern on the default bus are simulated');
  const rule = account.events.putRule(region, {
    ...{ name: id, patternText: JSON.stringify(EventPattern), state: State },
    ...(Description === undefined ? {} : { description: Description }),
  });
  for (const target of Targets) rule.targets.set(target.Id ?? '', target);
}

export function createSchedule({ account, region, id, properties }: Creation<ScheduleDefinition>): void {
  account.scheduler.create(region, { ...properties, Name: id });
}

/** The template’s properties have the names of the API’s. */
export function createAlarm({ account, region, id, properties }: Creation<AlarmDefinition>): void {
  account.cloudWatch.putAlarm(region, { ...properties, AlarmName: id });
}
