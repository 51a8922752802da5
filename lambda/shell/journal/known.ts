import type { Clock } from '../clock.ts';
import { type FoundMark, markWithin } from './incident.ts';
import type { Store } from './store.ts';
import { readTripwireMemory, type StoredMemory } from './tripwire-memory.ts';

/** What the journal says of earlier incidents, restores and allowances. */
export interface Known {
  readonly found: FoundMark;
  readonly stored: StoredMemory;
}

/** What a process read last: it outlives a call that gets no answer. Nobody else can write it. */
export interface LastKnown {
  known?: Known;
  /** When it was read, ms since 1970. */
  readAt?: number;
  /** What was mailed by the clock, once a day, whatever the memory in the bucket says. */
  readonly mailed?: Set<string>;
}

/** So long an incident that was open is believed to be open: the owner may have restored it since. */
const OPEN_MS = 5 * 60_000;

/** Whether the journal gave no answer about a part of it: then there may be a restore or an allowance. */
export const isUnknown = ({ found, stored }: Known): boolean => found.isUnknown === true || stored.isUnknown;

/** Reads all of it at once, each part within its limit. Never rejects. */
export async function readKnown(
  store: Promise<Store | undefined>,
  clock: Clock,
  limitMs?: number,
): Promise<Known> {
  const [found, stored] = await Promise.all([
    markWithin(store, clock, limitMs),
    readTripwireMemory(store, clock, limitMs),
  ]);
  return { found, stored };
}

/** Of three questions one may hang: the next one takes another connection. */
const QUESTIONS = 3;
const QUESTION_MS = 10_000;

/**
 * Asks again for what is unknown, for half a minute at most. An alarm that would stop the owner's machines can wait so
 * long for the answer that the owner has restored or allowed them. Never rejects.
 */
export async function askAgain(
  store: Promise<Store | undefined>,
  clock: Clock,
  first: Known,
): Promise<Known> {
  let known = first;
  for (let question = 0; question < QUESTIONS && isUnknown(known); question++) {
    const endsAt = clock.now() + QUESTION_MS;
    known = merged(await readKnown(store, clock, QUESTION_MS), known);
    // A store that refuses at once may answer a few seconds later.
    if (isUnknown(known)) await clock.sleep(Math.max(0, endsAt - clock.now()));
  }
  return known;
}

/** The newer answer of each part; where there is none, the older. */
const merged = (newer: Known, older: Known): Known => ({
  found: newer.found.isUnknown ? older.found : newer.found,
  stored: newer.stored.isUnknown ? older.stored : newer.stored,
});

/**
 * Unknown is not none: where the journal gave no answer, what this process read last. The result still says that it is
 * unknown, so that nobody writes over what could not be read.
 */
export function withLastKnown({ found, stored }: Known, last: LastKnown | undefined, now: number): Known {
  if (!last?.known) return { found, stored };
  const isOld = now - (last.readAt ?? 0) > OPEN_MS;
  const { mark: known } = last.known.found;
  // Of an old one only what was restored counts: it stops nothing.
  const mark = known && isOld ? { ...known, closedAt: known.closedAt ?? new Date(now).toISOString() } : known;
  const { memory, allowances } = last.known.stored;
  return {
    found: found.isUnknown ? { ...found, ...(mark ? { mark } : {}) } : found,
    stored: stored.isUnknown ? { ...stored, memory, allowances } : stored,
  };
}
