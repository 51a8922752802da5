import type * as api from '@aws-sdk/client-cloudwatch';
import { pageFrom } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { Alarm } from './alarm.ts';
import type { CloudWatch } from './cloudwatch.ts';

const PAGE = { usual: 50, most: 100 }; // API_DescribeAlarms, MaxRecords

/** CloudWatch's API on alarms. */
export function cloudWatchOperations(cloudWatch: CloudWatch): Operations {
  return {
    PutMetricAlarm({ Tags: _, ...definition }: api.PutMetricAlarmInput, { region }: CallContext) {
      cloudWatch.putAlarm(region, definition);
      return {};
    },

    DescribeAlarms(input: api.DescribeAlarmsInput, { region }: CallContext): api.DescribeAlarmsOutput {
      const { AlarmNames, AlarmNamePrefix = '', StateValue, MaxRecords = PAGE.usual, NextToken } = input;
      const found = cloudWatch
        .in(region)
        .filter(({ name }) => (AlarmNames ? AlarmNames.includes(name) : name.startsWith(AlarmNamePrefix)))
        .filter(({ state }) => StateValue === undefined || state === StateValue);
      const { page, next } = pageFrom(found, Math.min(MaxRecords, PAGE.most), NextToken);
      return { MetricAlarms: page.map(described), CompositeAlarms: [], ...next };
    },

    /** Deletes all of them, or none when one does not exist. Source: API_DeleteAlarms. */
    DeleteAlarms({ AlarmNames = [] }: api.DeleteAlarmsInput, { region }: CallContext) {
      for (const alarm of AlarmNames.map((name) => required(cloudWatch, region, name)))
        cloudWatch.delete(alarm);
      return {};
    },

    DisableAlarmActions({ AlarmNames = [] }: api.DisableAlarmActionsInput, { region }: CallContext) {
      setActions(cloudWatch, region, AlarmNames, false);
      return {};
    },

    EnableAlarmActions({ AlarmNames = [] }: api.EnableAlarmActionsInput, { region }: CallContext) {
      setActions(cloudWatch, region, AlarmNames, true);
      return {};
    },

    SetAlarmState(input: api.SetAlarmStateInput, { region }: CallContext) {
      const { AlarmName = '', StateValue = 'INSUFFICIENT_DATA', StateReason = '' } = input;
      cloudWatch.setState(required(cloudWatch, region, AlarmName), StateValue, StateReason);
      return {};
    },
  };
}

function required(cloudWatch: CloudWatch, region: string, name: string): Alarm {
  const alarm = cloudWatch.find(region, name);
  if (alarm) return alarm;
  throw new ServiceError('ResourceNotFound', `Alarm ${name} does not exist`, 404);
}

/** Ignores names that no alarm has (assumption: the API lists no error for them). */
function setActions(
  cloudWatch: CloudWatch,
  region: string,
  names: readonly string[],
  enabled: boolean,
): void {
  for (const name of names) {
    const alarm = cloudWatch.find(region, name);
    if (alarm) alarm.actionsEnabled = enabled;
  }
}

const described = (alarm: Alarm): api.MetricAlarm => ({
  ...alarm.definition,
  AlarmArn: alarm.arn,
  ActionsEnabled: alarm.actionsEnabled,
  AlarmConfigurationUpdatedTimestamp: new Date(alarm.updatedAt),
  StateValue: alarm.state,
  StateReason: alarm.reason,
  StateUpdatedTimestamp: new Date(alarm.stateSince),
});
