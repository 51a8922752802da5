import type { Behaviour } from '../../core/behaviour.ts';

const TYPES = 'Scheduler user guide: Schedule types on EventBridge Scheduler';

export const SCHEDULER_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'scheduler-rate',
    claim: 'a schedule with a rate and no start date runs at once, and then once a period',
    source: `${TYPES}; assumption: to the second, where AWS takes up to a minute`,
  },
  {
    id: 'scheduler-event',
    claim: 'a run invokes the function asynchronously with the input as its event',
    source: 'Scheduler user guide: Using templated targets',
  },
  {
    id: 'scheduler-disabled',
    claim: 'a disabled schedule does not run, and runs at its old times again when it is enabled',
    source: 'API_UpdateSchedule, State; assumption: the times are the old ones unless the expression changes',
  },
  {
    id: 'scheduler-deleted',
    claim: 'a deleted schedule runs no more, and is ResourceNotFoundException, 404',
    source: 'API_DeleteSchedule, API_GetSchedule',
  },
  {
    id: 'scheduler-update-replaces',
    claim: 'an update replaces everything: what it leaves out is back at its default',
    source: 'API_UpdateSchedule',
  },
  {
    id: 'scheduler-no-target',
    claim:
      'a run whose function or role is gone is dropped, into the target’s dead-letter queue if it has one',
    source:
      'Scheduler user guide: Configuring a dead-letter queue; assumption: at once, since trying again cannot help',
  },
  {
    id: 'scheduler-bad-expression',
    claim: 'an invalid expression is a ValidationException, and a taken name a ConflictException',
    source: 'API_CreateSchedule',
  },
];
