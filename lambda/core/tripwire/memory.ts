import * as v from 'valibot';
import { readDocument } from '../bucket-document.ts';
import { monthStart } from '../calendar.ts';
import { plain } from '../plain-text.ts';

/** Where it lies beside the journal. */
export const MEMORY_KEY = 'tripwire/memory.json';
/** How long samples are kept: what a week looks like, and one more. Milliseconds. */
const KEEP_MS = 14 * 24 * 3_600_000;
/** The newest of them: more than a day of them where every look of a minute finds another rate. */
const MOST_SAMPLES = 2_000;
const LONGEST_TEXT = 500;
/** It is written when something changes, and as often as this where nothing does. Milliseconds. */
export const WRITE_EVERY_MS = 3_600_000;

/** Sums of larger ones would be no numbers any more, and no comparison with those is ever true. */
const usd = v.pipe(v.number(), v.minValue(0), v.maxValue(1e12));
/** JavaScript's time ends in the year 275760. */
const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const rates = v.record(v.string(), usd);

const memory = v.object({
  schemaVersion: v.literal(1),
  /** When it began: what ran before is nobody's burst. */
  since: moment,
  /** What ran at a moment, in US dollars an hour by region; it counts until the next sample. */
  samples: v.array(
    v.object({
      at: moment,
      rates,
      /** The same by kind, where more than one ran. */
      kinds: v.optional(v.record(v.string(), rates)),
    }),
  ),
  /** Budgets' ActualSpend where it last changed; `at` is when we saw the change. */
  actual: v.optional(v.object({ usd, at: moment })),
  /** The last estimate of this month's spend. */
  estimateUsd: v.optional(usd, 0),
  /** What was said or fired of this month's limit, so that it happens once. */
  said: v.optional(
    v.object({
      limitUsd: usd,
      warnedAt: v.optional(moment),
      firedAt: v.optional(moment),
      firedUsd: v.optional(usd),
    }),
  ),
  /** Until when a signal keeps the pace up, and makes what is new suspicious. */
  alertUntil: v.optional(moment),
  alertText: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => plain(text, LONGEST_TEXT)),
    ),
  ),
  /** Ids of allowances whose beginning, and whose end, was announced. */
  announced: v.optional(v.array(v.string()), []),
  /** When this was written: with each change, and once an hour at least. */
  writtenAt: v.optional(moment, 0),
  /** Signals that were dealt with, the newest last. */
  signals: v.optional(v.array(v.string()), []),
  /** When the last self-check ended, and what it found: said once, and again each day. */
  checkedAt: v.optional(moment),
  problems: v.optional(v.array(v.string()), []),
  allWellAt: v.optional(moment),
});
/** What one tick leaves for the next. Times in ms since 1970. Whoever may write to the bucket may have written it. */
export type TripwireMemory = v.InferOutput<typeof memory>;

export interface ReadMemory {
  readonly memory: TripwireMemory | undefined;
  readonly problem?: string;
}

/** Reads the document; what cannot be read counts as missing, and is said. Nothing in it is later than `now`. */
export function parseMemory(text: string | undefined, now: number): ReadMemory {
  if (text === undefined) return { memory: undefined };
  const read = readDocument(MEMORY_KEY, memory, text);
  return 'value' in read ? { memory: withoutFuture(read.value, now) } : { memory: undefined, ...read };
}

/** Nobody remembers the future: a moment that is yet to come would put off what is counted from it. */
function withoutFuture(read: TripwireMemory, now: number): TripwireMemory {
  const { since, samples, actual, said, checkedAt, allWellAt, ...rest } = read;
  const past = (at: number | undefined) => (at !== undefined && at <= now ? at : undefined);
  const known = { warnedAt: past(said?.warnedAt), firedAt: past(said?.firedAt) };
  return defined({
    ...rest,
    since: Math.min(since, now),
    samples: samples
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at)
      .slice(-MOST_SAMPLES),
    actual: actual && { usd: actual.usd, at: Math.min(actual.at, now) },
    said: said && defined({ ...said, ...known, firedUsd: known.firedAt && said.firedUsd }),
    checkedAt: past(checkedAt),
    allWellAt: past(allWellAt),
  });
}

/** JSON knows no `undefined`: what is compared as text must not either. */
const defined = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** How long a signal keeps the pace up, and makes what is new suspicious. */
const ALERT_MS = 3_600_000;
/** Ids that are remembered: SNS and Lambda repeat an event for hours, not for longer. */
const KEPT_IDS = 200;

/** Whether a signal of the last hour is open; one that is said to be open for longer is none of ours. */
export const onAlert = (memory: TripwireMemory | undefined, now: number): boolean => {
  const until = memory?.alertUntil ?? 0;
  return until > now && until <= now + ALERT_MS;
};

/** Whether a signal was dealt with: an exposed key is not before it is locked out. */
export const isDealtWith = (memory: TripwireMemory | undefined, id: string): boolean =>
  memory?.signals.includes(id) ?? false;

/** These are still to be dealt with. */
export const withoutSignals = (memory: TripwireMemory, ids: readonly string[]): TripwireMemory => ({
  ...memory,
  signals: memory.signals.filter((id) => !ids.includes(id)),
});

/** These were dealt with after all. */
export const dealtWith = (memory: TripwireMemory, ids: readonly string[]): TripwireMemory => ({
  ...memory,
  signals: [...new Set([...memory.signals, ...ids])].slice(-KEPT_IDS),
});

export const isKnown = (memory: TripwireMemory | undefined, id: string): boolean =>
  memory?.signals.includes(id) || memory?.announced.includes(id) || false;

/** From now on it is on the alert, because of what these say. */
export function alerted(
  memory: TripwireMemory,
  signals: readonly { readonly id: string; readonly text: string }[],
  now: number,
): TripwireMemory {
  const last = signals.at(-1);
  if (!last) return memory;
  const ids = signals.map(({ id }) => id);
  return { ...dealtWith(memory, ids), alertUntil: now + ALERT_MS, alertText: last.text };
}

/** These were told to the owner. */
export const announced = (memory: TripwireMemory, ids: readonly string[]): TripwireMemory => ({
  ...memory,
  announced: [...new Set([...memory.announced, ...ids])].slice(-KEPT_IDS),
});

/** What it estimated of this month, in US dollars; undefined before its first look in it. */
export const estimateOfMonth = (memory: TripwireMemory | undefined, now: number): number | undefined =>
  memory && memory.writtenAt >= monthStart(now) ? memory.estimateUsd : undefined;

/** What of it is worth a write of its own: a figure that moves with every tick is not. */
export const essence = ({ writtenAt: _, estimateUsd: __, ...rest }: TripwireMemory): string =>
  JSON.stringify(rest);

/** A memory that has just begun. */
export const freshMemory = (now: number): TripwireMemory => ({
  schemaVersion: 1,
  since: now,
  samples: [],
  estimateUsd: 0,
  announced: [],
  writtenAt: 0,
  signals: [],
  problems: [],
});

export const memoryDocument = (memory: TripwireMemory): string => JSON.stringify(memory);

/** Without what is too old to be compared with. */
export const forgetOld = (samples: TripwireMemory['samples'], now: number): TripwireMemory['samples'] =>
  samples.filter(({ at }, index) => at > now - KEEP_MS || index === samples.length - 1).slice(-MOST_SAMPLES);
