import * as v from 'valibot';
import type { Action } from '../../core/model.ts';

/** Restore puts `boundary` back; null means that the user had none. */
export const deniedUser = v.object({ userArn: v.optional(v.string()), boundary: v.nullable(v.string()) });
export type Deny = Action<v.InferOutput<typeof deniedUser>, 'deny'>;

export const deniedSessions = v.object({ userArn: v.string() });
export type DenySessions = Action<v.InferOutput<typeof deniedSessions>, 'deny-sessions'>;
