import type { Behaviour } from '../../core/behaviour.ts';

export const HEALTH_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'health-global',
    claim: 'a report on something global is an event in us-east-1, and in us-west-2 as its backup',
    source: 'Health user guide: Creating EventBridge rules for AWS Region coverage',
  },
  {
    id: 'health-regional',
    claim: 'a report on a region is an event there and in us-west-2, or in us-east-1 for us-west-2 itself',
    source: 'Health user guide: Creating EventBridge rules for AWS Region coverage',
  },
  {
    id: 'health-event',
    claim: 'the event has the service, the code and the entities that are affected',
    source:
      'Health user guide: Reference: AWS Health events Amazon EventBridge schema; assumption: at once, and backupEvent is text',
  },
];
