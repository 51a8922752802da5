import type * as api from '@aws-sdk/client-scheduler';
import { pageFrom } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { Schedule, ScheduleDefinition, Scheduler } from './scheduler.ts';

const PAGE = 100; // API_ListSchedules: at most

/** EventBridge Scheduler's API on schedules. Groups are not simulated. */
export function schedulerOperations(scheduler: Scheduler): Operations {
  return {
    CreateSchedule(input: api.CreateScheduleInput, { region }: CallContext): api.CreateScheduleOutput {
      return { ScheduleArn: scheduler.create(region, definitionOf(input)).arn };
    },

    GetSchedule({ GroupName, Name }: api.GetScheduleInput, { region }: CallContext): api.GetScheduleOutput {
      const schedule = scheduler.require(region, GroupName, Name);
      return { ...schedule.definition, ...common(schedule), ScheduleExpressionTimezone: 'UTC' };
    },

    ListSchedules(input: api.ListSchedulesInput, { region }: CallContext): api.ListSchedulesOutput {
      const { GroupName, NamePrefix = '', State, NextToken, MaxResults = PAGE } = input;
      const found = scheduler
        .in(region)
        .filter(({ definition }) => definition.Name?.startsWith(NamePrefix))
        .map(common)
        .filter((one) => State === undefined || one.State === State)
        .filter((one) => GroupName === undefined || one.GroupName === GroupName);
      const { page, next } = pageFrom(found, MaxResults, NextToken);
      return { Schedules: [...page], ...next };
    },

    /** Resets what the input leaves out to its default. Source: API_UpdateSchedule. */
    UpdateSchedule(input: api.UpdateScheduleInput, { region }: CallContext): api.UpdateScheduleOutput {
      return { ScheduleArn: scheduler.update(region, definitionOf(input)).arn };
    },

    DeleteSchedule({ GroupName, Name }: api.DeleteScheduleInput, { region }: CallContext) {
      scheduler.delete(region, GroupName, Name);
      return {};
    },
  };
}

const common = ({ arn, definition, createdAt, modifiedAt }: Schedule) => ({
  Arn: arn,
  Name: definition.Name,
  GroupName: definition.GroupName ?? 'default',
  State: definition.State ?? 'ENABLED',
  CreationDate: new Date(createdAt),
  LastModificationDate: new Date(modifiedAt),
});

function definitionOf({ ClientToken: _, ...given }: api.UpdateScheduleInput): ScheduleDefinition {
  const { Target } = given;
  if (Target) return { ...given, Target };
  throw new ServiceError('ValidationException', 'Target must not be null.');
}
