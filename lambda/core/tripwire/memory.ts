import * as v from 'valibot';
import { readDocument } from '../bucket-document.ts';
import { plain } from '../plain-text.ts';
import type { Signal } from '../signal.ts';
import { exposures } from './exposures.ts';

/** The document's key beside the journal. */
export const MEMORY_KEY = 'tripwire/memory.json';
/** How long samples are kept: two weeks. Milliseconds. */
const KEEP_MS = 14 * 24 * 3_600_000;
/** The most samples that are kept: more than a day's, if every look each minute finds a new rate. */
const MOST_SAMPLES = 2_000;
const LONGEST_TEXT = 500;
/** The memory is written on each change, and this often without one. Milliseconds. */
export const WRITE_EVERY_MS = 3_600_000;

/** Sums of larger amounts could become Infinity or NaN, and every comparison with NaN is false. */
const usd = v.pipe(v.number(), v.minValue(0), v.maxValue(1e12));
/** The last time that JavaScript can represent, in the year 275760. */
const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const rates = v.record(v.string(), usd);

const memory = v.object({
  schemaVersion: v.literal(1),
  /** When the memory began: what started earlier is not new. */
  since: moment,
  /** What ran at a time, in US dollars an hour by region; it counts until the next sample. */
  samples: v.array(
    v.object({
      at: moment,
      rates,
      /** The same by kind, where more than one ran. */
      kinds: v.optional(v.record(v.string(), rates)),
    }),
  ),
  /** Budgets' ActualSpend, see `Figure`. */
  actual: v.optional(v.object({ usd, at: moment, after: v.optional(moment), readAt: v.optional(moment) })),
  /** The last estimate of this month's spend. */
  estimateUsd: v.optional(usd, 0),
  /** The last estimate of the month before: a restore may still be about it. */
  lastMonth: v.optional(v.object({ month: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}$/)), usd })),
  /** When this month's limit warned and fired, so that each happens once. */
  said: v.optional(
    v.object({
      limitUsd: usd,
      warnedAt: v.optional(moment),
      firedAt: v.optional(moment),
      firedUsd: v.optional(usd),
    }),
  ),
  /** Until then, a signal makes the tripwire look every minute, and makes what is new suspect. */
  alertUntil: v.optional(moment),
  alertText: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => plain(text, LONGEST_TEXT)),
    ),
  ),
  /** Until then, an act of somebody makes the tripwire look every minute, and nothing else. */
  paceUntil: v.optional(moment),
  /** Ids of allowances whose begin or end was mailed. */
  announced: v.optional(v.array(v.string()), []),
  /** When this was written: on each change, and at least once an hour. */
  writtenAt: v.optional(moment, 0),
  /** Ids of signals that were handled, the newest last. */
  signals: v.optional(v.array(v.string()), []),
  /** Apart from these: a flood of other signals must not push them out. */
  exposures: v.optional(exposures, []),
  /** When the last self-check ended, and what it found: mailed once, and again each day. */
  checkedAt: v.optional(moment),
  problems: v.optional(v.array(v.string()), []),
  allWellAt: v.optional(moment),
});
/** What one tick leaves for the next. Times in ms since 1970. An intruder may write it. */
export type TripwireMemory = v.InferOutput<typeof memory>;

export interface ReadMemory {
  readonly memory: TripwireMemory | undefined;
  readonly problem?: string;
}

/** Reads the document. Unreadable counts as missing; `problem` says why. Past events are not after `now`. */
export function parseMemory(text: string | undefined, now: number): ReadMemory {
  if (text === undefined) return { memory: undefined };
  const read = readDocument(MEMORY_KEY, memory, text);
  return 'value' in read ? { memory: withoutFuture(read.value, now) } : { memory: undefined, ...read };
}

/** Drops or cuts forged future times: they would delay all that is computed from them. */
function withoutFuture(read: TripwireMemory, now: number): TripwireMemory {
  const { since, samples, actual, said, checkedAt, allWellAt, exposures: exposed, ...rest } = read;
  const past = (at: number | undefined) => (at !== undefined && at <= now ? at : undefined);
  const known = { warnedAt: past(said?.warnedAt), firedAt: past(said?.firedAt) };
  return defined({
    ...rest,
    since: Math.min(since, now),
    samples: samples
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at)
      .slice(-MOST_SAMPLES),
    actual: actual && {
      usd: actual.usd,
      at: Math.min(actual.at, now),
      after: Math.min(actual.after ?? 0, now),
      readAt: Math.min(actual.readAt ?? actual.at, now),
    },
    said: said && defined({ ...said, ...known, firedUsd: known.firedAt && said.firedUsd }),
    exposures: exposed.map((each) => ({ ...each, at: Math.min(each.at, now) })),
    checkedAt: past(checkedAt),
    allWellAt: past(allWellAt),
  });
}

/** Drops undefined fields, as JSON does: memories are compared as texts. */
const defined = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** How long a signal makes the tripwire look every minute, and makes what is new suspect. */
const ALERT_MS = 3_600_000;
/** The most ids that are kept: SNS and Lambda repeat an event for hours, not longer. */
export const KEPT_IDS = 200;

/** An alert, or a pace, for longer than an hour is forged. */
const isOpen = (until = 0, now: number): boolean => until > now && until <= now + ALERT_MS;

/** Whether a suspicious signal of the last hour is open: what is new is suspect. */
export const onAlert = (memory: TripwireMemory | undefined, now: number): boolean =>
  isOpen(memory?.alertUntil, now);

/** Whether any signal of the last hour is open: the tripwire looks each minute. */
export const keepsPace = (memory: TripwireMemory | undefined, now: number): boolean =>
  onAlert(memory, now) || isOpen(memory?.paceUntil, now);

/** A signal, or what else begins an alert: an edited budget. */
type Alerting = { readonly id: string; readonly text: string } & Partial<Pick<Signal, 'kind'>>;

/** Marks signals as handled. */
export const dealtWith = (memory: TripwireMemory, ids: readonly string[]): TripwireMemory => ({
  ...memory,
  signals: [...new Set([...memory.signals, ...ids])].slice(-KEPT_IDS),
});

/**
 * Marks these signals as handled, and looks each minute for an hour. Only a suspicious one starts an alert: an act in
 * CloudTrail is the owner's or a colleague's as often as an intruder's.
 */
export function alerted(memory: TripwireMemory, signals: readonly Alerting[], now: number): TripwireMemory {
  if (signals.length === 0) return memory;
  const until = now + ALERT_MS;
  const handled = dealtWith(
    memory,
    signals.map(({ id }) => id),
  );
  const last = signals.filter(({ kind }) => kind !== 'activity').at(-1);
  return last ? { ...handled, alertUntil: until, alertText: last.text } : { ...handled, paceUntil: until };
}

/** The part whose change needs a write. What changes with every tick is not in it. */
export const essence = ({ writtenAt: _, estimateUsd: __, actual, ...rest }: TripwireMemory): string =>
  JSON.stringify({ ...rest, actual: actual && { usd: actual.usd, at: actual.at } });

/** A new memory. */
export const freshMemory = (now: number): TripwireMemory => ({
  schemaVersion: 1,
  since: now,
  samples: [],
  estimateUsd: 0,
  announced: [],
  writtenAt: 0,
  signals: [],
  exposures: [],
  problems: [],
});

export const memoryDocument = (memory: TripwireMemory): string => JSON.stringify(memory);

/** Drops samples that are too old. The last one stays: it still counts. */
export const forgetOld = (samples: TripwireMemory['samples'], now: number): TripwireMemory['samples'] =>
  samples.filter(({ at }, index) => at > now - KEEP_MS || index === samples.length - 1).slice(-MOST_SAMPLES);
