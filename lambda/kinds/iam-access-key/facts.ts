import * as v from 'valibot';
import type { Action } from '../../core/model.ts';
import type { Shown } from '../../core/policy/descriptor.ts';

export const keyFacts = v.object({
  user: v.string(),
  userArn: v.string(),
  created: v.nullable(v.string()),
  /** An explicit deny-all is already in place, as a policy or as the boundary. */
  denied: v.boolean(),
  boundary: v.nullable(v.string()),
  /** Whether the user may do everything; absent where it is not known. It decides only the order, and is shown. */
  admin: v.optional(v.boolean()),
  /** All key ids of this user, of any status. */
  siblings: v.array(v.string()),
});
export type KeyFacts = v.InferOutput<typeof keyFacts>;

/** What a plan shows of whose key it is. */
export const shownUser = ({ user, admin, created }: KeyFacts): Shown => ({
  name: user,
  type: admin === undefined ? 'admin?' : admin ? 'admin' : 'not admin',
  ...(created === null ? {} : { since: Date.parse(created) }),
});

export const disabledKey = v.object({ user: v.string(), created: v.optional(v.nullable(v.string())) });
export type Disable = Action<v.InferOutput<typeof disabledKey>, 'disable'>;
