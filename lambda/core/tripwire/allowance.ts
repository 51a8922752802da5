import * as v from 'valibot';
import type { AllowanceCap } from '../allowance-cap.ts';
import { readDocument } from '../bucket-document.ts';
import { monthOf } from '../calendar.ts';

/** ISO 8601, and a moment for JavaScript too. */
const moment = v.pipe(
  v.string(),
  v.check((text) => Number.isFinite(Date.parse(text)), 'is not a moment'),
);

export const ALLOWANCE_ID = /^[\w-]{1,64}$/;
/** Characters. */
export const LONGEST_REASON = 200;

/** Legitimate work announced by the owner: so many dollars more, in one region, until then. */
const allowance = v.object({
  id: v.pipe(v.string(), v.regex(ALLOWANCE_ID)),
  usd: v.pipe(v.number(), v.minValue(Number.MIN_VALUE), v.maxValue(Number.MAX_VALUE)),
  region: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  from: moment,
  until: moment,
  reason: v.pipe(v.string(), v.maxLength(LONGEST_REASON)),
});
export type Allowance = v.InferOutput<typeof allowance>;

/** The document beside the journal; whoever can write to the bucket can write it, so every use of it is capped. */
export const ALLOWANCES_KEY = 'tripwire/allowances.json';
const document = v.object({ schemaVersion: v.literal(1), allowances: v.array(allowance) });
/** So many count in a month: each is announced by a mail, and crumbs would drown the owner in them. */
const MOST_GRANTS = 50;

export interface ReadAllowances {
  readonly allowances: readonly Allowance[];
  /** Why the document was taken for none. */
  readonly problem?: string;
}

/** Reads the document; missing is none, and so is whatever cannot be read, which is said. */
export function parseAllowances(text: string | undefined): ReadAllowances {
  if (text === undefined) return { allowances: [] };
  const read = readDocument(ALLOWANCES_KEY, document, text);
  return 'value' in read ? { allowances: read.value.allowances } : { allowances: [], ...read };
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
 * together they come to no more than its dollars. One from another month or from the future counts for nothing, and
 * neither does a second one of the same name.
 */
export function granted(allowances: readonly Allowance[], cap: AllowanceCap, now: number): Granted[] {
  let left = cap.usd;
  const counting = allowances
    .map(({ from, until, ...rest }) => ({ ...rest, from: Date.parse(from), until: Date.parse(until) }))
    .filter(({ from, until }) => from <= now && until > from && monthOf(from) === monthOf(now))
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
  const names = new Set<string>();
  return counting.flatMap(({ id, region, usd, from, until, reason }) => {
    const counts = Math.min(usd, left);
    if (counts <= 0 || names.has(id) || names.size >= MOST_GRANTS) return [];
    names.add(id);
    left -= counts;
    return { id, region, usd: counts, from, until: Math.min(until, from + cap.hours * 3_600_000), reason };
  });
}

/** Dollars by which this month's limit is raised: what was allowed stays allowed until the month ends. */
export const allowedUsd = (grants: readonly Granted[]): number =>
  grants.reduce((sum, { usd }) => sum + usd, 0);
