import * as v from 'valibot';
import type { Action } from '../../core/model.ts';

export const groupFacts = v.object({
  min: v.number(),
  max: v.number(),
  desired: v.number(),
  suspended: v.array(v.string()),
  members: v.array(v.string()),
  /** Members that were launched and are not on standby. */
  active: v.array(v.string()),
});
export type GroupFacts = v.InferOutput<typeof groupFacts>;
/** What undo reads. Only the plan needs `active`. */
export const groupBefore = v.omit(groupFacts, ['active']);
export type GroupAction = Action<GroupFacts, 'suspend' | 'scale-in'>;

/** With these suspended, a group neither replaces nor terminates a stopped member. */
export const PROCESSES = ['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance'];
