import * as v from 'valibot';
import type { Action } from '../../core/model.ts';

/** Restore puts `boundary` back; null means that the user had none. */
export const deniedUser = v.object({ userArn: v.optional(v.string()), boundary: v.nullable(v.string()) });
export type Deny = Action<v.InferOutput<typeof deniedUser>, 'deny'>;

/** AWS's managed policy that denies everything, also its own removal. */
export const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
