import * as v from 'valibot';
import { plain } from '../plain-text.ts';
import type { Allowlist } from '../policy/policy.ts';
import { REGION_NAME } from '../regions.ts';
import { InputError } from '../settings.ts';

/** The account that we guard, and the callers whose calls are no signal. */
export interface SignalContext {
  /** 12 digits. */
  readonly account: string;
  readonly allow: Allowlist;
}

/** Why a well-formed event is no signal. */
export interface IgnoredEvent {
  readonly ignored: string;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

export const text = v.pipe(v.string('must be a text'), v.regex(/./s, 'must not be empty'));
export const accountId = v.pipe(text, v.regex(/^\d{12}$/, 'must be the 12 digits of an account'));
export const region = v.pipe(text, v.regex(REGION_NAME, 'must be a region such as us-east-1'));
export const moment = v.pipe(
  text,
  v.check(
    (value) => ISO.test(value) && Number.isFinite(Date.parse(value)),
    'must be a time such as 2026-01-31T12:00:00Z',
  ),
);
/** A text that AWS may leave out, or send as null. */
export const optionalText = v.nullish(v.string('must be a text'));

/**
 * The fields that EventBridge puts around each event. One of AWS Health's own samples has no `resources`.
 * Source: Amazon EventBridge User Guide, "AWS service event metadata"; AWS Health User Guide, "Amazon
 * EventBridge schema".
 */
export const envelope = v.object({
  version: v.literal('0', 'must be 0, the only version that EventBridge has'),
  id: text,
  'detail-type': text,
  source: text,
  account: accountId,
  time: moment,
  region,
  resources: v.optional(v.array(v.string('must be a text'), 'must be a list of ARNs'), []),
  detail: v.record(v.string(), v.unknown(), 'must be an object'),
});
export type EventEnvelope = v.InferOutput<typeof envelope>;

const FIX =
  'event: send this function the events as AWS makes them: with a rule whose target is the function, ' +
  'and no input transformer';

/**
 * Reads a part of an event.
 * @param at the part's place in the event: `detail.`
 * @throws InputError that names each wrong field.
 */
export function read<S extends v.GenericSchema>(schema: S, input: unknown, at = ''): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const problems = result.issues.slice(0, 10).map((issue) => {
    const path = plain(v.getDotPath(issue) ?? '', 100);
    return `event: ${path ? `${at}${path}` : at.slice(0, -1) || '(whole)'}: ${plain(issue.message, 200)}`;
  });
  throw new InputError([...problems, FIX]);
}
