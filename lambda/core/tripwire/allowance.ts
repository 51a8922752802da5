import * as v from 'valibot';
import type { AllowanceCap } from '../allowance-cap.ts';
import { readDocument } from '../bucket-document.ts';
import { monthOf, spanOf } from '../calendar.ts';

/** ISO 8601, and a valid date for JavaScript. */
const moment = v.pipe(
  v.string(),
  v.check((text) => Number.isFinite(Date.parse(text)), 'is not a time'),
);

export const ALLOWANCE_ID = /^[\w-]{1,64}$/;
/** Characters. */
export const LONGEST_REASON = 200;

/** Work that the owner announces: some dollars more, in one region, until a time. */
const allowance = v.object({
  id: v.pipe(v.string(), v.regex(ALLOWANCE_ID)),
  usd: v.pipe(v.number(), v.minValue(Number.MIN_VALUE), v.maxValue(Number.MAX_VALUE)),
  region: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  from: moment,
  until: moment,
  reason: v.pipe(v.string(), v.maxLength(LONGEST_REASON)),
});
export type Allowance = v.InferOutput<typeof allowance>;

/** The document's key beside the journal. An intruder may write it, so every use of it is capped. */
export const ALLOWANCES_KEY = 'tripwire/allowances.json';
const document = v.object({ schemaVersion: v.literal(1), allowances: v.array(allowance) });
/** The most allowances in a month: each one sends a mail, and tiny ones would flood the owner with mail. */
const MOST_GRANTS = 50;

export interface ReadAllowances {
  readonly allowances: readonly Allowance[];
  /** Why the document could not be read and counts as empty. */
  readonly problem?: string;
}

/** Reads the document. Missing or unreadable counts as empty; `problem` says why it is unreadable. */
export function parseAllowances(text: string | undefined): ReadAllowances {
  if (text === undefined) return { allowances: [] };
  const read = readDocument(ALLOWANCES_KEY, document, text);
  return 'value' in read ? { allowances: read.value.allowances } : { allowances: [], ...read };
}

export const allowancesDocument = (allowances: readonly Allowance[]): string =>
  JSON.stringify({ schemaVersion: 1, allowances }, null, 1);

/** The part of an allowance that the cap permits. Times in ms since 1970. */
export interface Granted {
  readonly id: string;
  readonly region: string;
  readonly usd: number;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
}

/**
 * A month's allowances that count, the earliest first, cut to the cap's hours each and to its dollars in total. One that
 * goes on over the end of a month counts in both months, since the work does. One that begins in the future does not
 * count, nor does a second one with the same id.
 * @param now ms since 1970
 * @param month as `2026-01`; the one of `now` by default
 */
export function granted(
  allowances: readonly Allowance[],
  cap: AllowanceCap,
  now: number,
  month = monthOf(now),
): Granted[] {
  const { began, ends } = spanOf(month);
  let left = cap.usd;
  const counting = allowances
    .map((each) => {
      const from = Date.parse(each.from);
      return { ...each, from, until: Math.min(Date.parse(each.until), from + cap.hours * 3_600_000) };
    })
    .filter(({ from, until }) => from <= now && until > from && from <= ends && until > began)
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
  const names = new Set<string>();
  return counting.flatMap(({ id, region, usd, from, until, reason }) => {
    const counts = Math.min(usd, left);
    if (counts <= 0 || names.has(id) || names.size >= MOST_GRANTS) return [];
    names.add(id);
    left -= counts;
    return { id, region, usd: counts, from, until, reason };
  });
}

/** Dollars by which this month's limit rises. Ended allowances still count until the month ends. */
export const allowedUsd = (grants: readonly Granted[]): number =>
  grants.reduce((sum, { usd }) => sum + usd, 0);
