import * as v from 'valibot';
import type { Action } from '../../core/model.ts';

export const instanceFacts = v.object({
  type: v.string(),
  state: v.string(),
  spot: v.picklist(['no', 'one-time', 'persistent']),
  instanceStore: v.boolean(),
  group: v.nullable(v.string()),
  launchedAt: v.nullable(v.string()),
  /** Text such as `User initiated (2026-01-31 23:59:59 GMT)`: only here EC2 says when it was stopped. */
  transition: v.string(),
  /** For people: whoever may write tags has written it. */
  name: v.optional(v.string()),
  /** The service that operates it for the account, if any, and what for: a cluster, a capacity provider. */
  operator: v.optional(v.string()),
  operatedFor: v.optional(v.string()),
});
export type InstanceFacts = v.InferOutput<typeof instanceFacts>;

/** Undo needs none of these fields, so it accepts records of earlier versions that hold fewer. */
export const stoppedInstance = v.partial(instanceFacts);

/** What was on. Stop protection also blocks termination; termination protection blocks no stop. */
export const protections = v.partial(
  v.object({ disableApiStop: v.boolean(), disableApiTermination: v.boolean() }),
);
export type Protections = v.InferOutput<typeof protections>;

export type End = Action<InstanceFacts, 'stop' | 'terminate'>;
export type Lift = Action<Protections, 'unprotect'>;
