import * as v from 'valibot';
import type { AllowanceCap } from './allowance-cap.ts';
import { monthOf } from './months.ts';

/** Legitimate work announced by the owner: so many dollars more, in one region, until then. */
const allowance = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  usd: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  region: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  /** ISO 8601; one that is no moment counts for nothing. */
  from: v.string(),
  until: v.string(),
  reason: v.pipe(v.string(), v.maxLength(200)),
});
export type Allowance = v.InferOutput<typeof allowance>;

/** The document beside the journal; whoever can write to the bucket can write it, so every use of it is capped. */
export const ALLOWANCES_KEY = 'tripwire/allowances.json';
const document = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ schemaVersion: v.literal(1), allowances: v.array(allowance) }),
);

export interface ReadAllowances {
  readonly allowances: readonly Allowance[];
  /** Why the document was taken for none. */
  readonly problem?: string;
}

/** Reads the document; missing is none, and so is whatever cannot be read, which is said. */
export function parseAllowances(text: string | undefined): ReadAllowances {
  if (text === undefined) return { allowances: [] };
  const read = v.safeParse(document, text);
  if (read.success) return { allowances: read.output.allowances };
  const [{ message, path }] = read.issues;
  const field = path?.map(({ key }) => key).join('.');
  return { allowances: [], problem: `${ALLOWANCES_KEY}: ${field ? `${field}: ` : ''}${message}` };
}

/** Text of the document. */
export const allowancesDocument = (allowances: readonly Allowance[]): string =>
  JSON.stringify({ schemaVersion: 1, allowances }, null, 1);

/** An allowance as far as the cap lets it count. Times in ms since 1970. */
export interface Granted {
  readonly id: string;
  readonly region: string;
  readonly usd: number;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
}

/**
 * What counts of the allowances of this month, the earliest first: each lasts no longer than the cap says, and
 * together they come to no more than its dollars. One from another month or from the future counts for nothing.
 */
export function granted(allowances: readonly Allowance[], cap: AllowanceCap, now: number): Granted[] {
  let left = cap.usd;
  const counting = allowances
    .map(({ from, until, ...rest }) => ({ ...rest, from: Date.parse(from), until: Date.parse(until) }))
    .filter(({ from, until }) => from <= now && until > from && monthOf(from) === monthOf(now))
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
  return counting.flatMap(({ id, region, usd, from, until, reason }) => {
    const counts = Math.min(usd, left);
    if (counts <= 0) return [];
    left -= counts;
    return { id, region, usd: counts, from, until: Math.min(until, from + cap.hours * 3_600_000), reason };
  });
}

/** Dollars by which this month's limit is raised: what was allowed stays allowed until the month ends. */
export const allowedUsd = (grants: readonly Granted[]): number =>
  grants.reduce((sum, { usd }) => sum + usd, 0);
