import * as v from 'valibot';
import { TOO_LARGE } from '../../core/bucket-document.ts';
import { errorFacts } from '../../core/model.ts';
import type { Closure } from '../../core/verdict/floor.ts';
import { restoredSpend } from '../../core/verdict/late-data.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import type { Store } from './store.ts';

const CURRENT = 'current.json';
/** After this time, new runs do not join an incident any more, even if it was never closed. */
const OPEN_FOR_MS = 24 * 3_600_000;
/** A mark may be this far in the future: the first of two runs may read the second's; and clocks differ. */
const AHEAD_MS = 60_000;
/** Most trigger ids in a mark. SNS retries a message for up to 23 days; few messages come in that time. */
export const KNOWN_TRIGGERS = 200;
/** Most claims in a row that are read: an intruder may have written claims that lead in a circle. */
const MOST_CLAIMS = 5;

const mark = v.object({
  schemaVersion: v.literal(1),
  incident: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  openedAt: v.string(),
  closedAt: v.optional(v.string()),
  triggers: v.optional(v.array(v.string()), []),
  /** The spend that restores have dealt with, US dollars by month; later incidents take it over. */
  restoredUsd: v.optional(v.record(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}$/)), v.number())),
  /** The incident is so far only about keys that AWS reported as exposed: what runs is not stopped. */
  only: v.optional(v.literal('keys')),
});
export type IncidentMark = v.InferOutput<typeof mark>;

/** The incident that a run belongs to. It only joins reports; it never decides whether to act. */
export interface Membership {
  readonly incident: string;
  readonly openedAt: number;
  readonly joined: boolean;
  readonly only?: 'keys';
}

export interface FoundMark {
  readonly mark?: IncidentMark;
  /** Why it could not be read, or counts as absent. */
  readonly problem?: string;
  /** The journal gave no answer: there may be a mark, and it may be of a restore. */
  readonly isUnknown?: true;
}

/**
 * Reads the mark. A malformed mark counts as absent, with a problem. If a run ended after its claim and before
 * its mark, the claim leads to its incident. Never rejects.
 */
export async function readMark(store: Store): Promise<FoundMark> {
  try {
    const current = await readMarkAt(store, CURRENT);
    const isOpen = current !== undefined && current.closedAt === undefined;
    const found = isOpen ? current : ((await readMarkAt(store, claimAfter(current))) ?? current);
    if (!found?.only) return found ? { mark: found } : {};
    const { only, ...whole } = found;
    const isWhole = (await store.get(wholeClaim(found.incident))) !== undefined;
    return { mark: isWhole ? whole : { ...whole, only } };
  } catch (thrown) {
    const { code, error } = errorFacts(thrown);
    const isAnswer = thrown instanceof v.ValiError || thrown instanceof SyntaxError || code === TOO_LARGE;
    return { problem: error, ...(isAnswer ? {} : { isUnknown: true }) };
  }
}

async function readMarkAt(store: Store, key: string): Promise<IncidentMark | undefined> {
  const text = await store.get(key);
  return text === undefined ? undefined : v.parse(mark, JSON.parse(text));
}

/** A run opens an incident by creating this key. It depends on the last mark: of two runs, one wins. */
function claimAfter(previous: IncidentMark | undefined): string {
  const since = previous?.closedAt ?? previous?.openedAt ?? 'start';
  return `claims/after-${previous?.incident ?? 'none'}-${since}.json`.replace(/:/g, '');
}

/**
 * Says that an incident about keys became one of the whole account. It is an object of its own, because the
 * run that opened the incident may be writing the mark at the same moment.
 */
const wholeClaim = (incident: string): string => `claims/whole-${incident}.json`;

export const closureOf = (found: IncidentMark | undefined): Closure | undefined =>
  found === undefined
    ? undefined
    : {
        // The trigger ids of an open incident are those that it must go on answering.
        ...(found.closedAt === undefined
          ? { triggers: [] }
          : { closedAt: found.closedAt, triggers: found.triggers }),
        ...(found.restoredUsd ? { restoredUsd: found.restoredUsd } : {}),
      };

/** The incident of a run that starts now: the open one if it is younger than a day, else a new one. */
export function membershipOf(found: IncidentMark | undefined, run: string, now: number): Membership {
  const openedAt = Date.parse(found?.openedAt ?? '');
  const age = now - openedAt;
  const isOpen = found?.closedAt === undefined && age > -AHEAD_MS && age < OPEN_FOR_MS;
  return found && isOpen
    ? { incident: found.incident, openedAt, joined: true }
    : { incident: run, openedAt: now, joined: false };
}

/**
 * Opens a new incident, or joins the one that another run opened at the same moment.
 * @param claimed called as soon as a later run would find this incident, even if this run ends before its
 *   mark.
 * @throws the store's error: the run is then an incident of its own.
 */
export async function openIncident(
  store: Store,
  own: Membership,
  previous: IncidentMark | undefined,
  trigger: string,
  claimed: () => void = () => {},
): Promise<Membership> {
  if (own.joined) {
    if (previous) await widen(store, previous, own);
    return own;
  }
  let before = previous;
  for (let claims = 0; claims < MOST_CLAIMS; claims++) {
    const fresh: IncidentMark = {
      schemaVersion: 1,
      incident: own.incident,
      ...(own.only ? { only: own.only } : {}),
      openedAt: new Date(own.openedAt).toISOString(),
      // A late copy of an old message must still be recognised.
      triggers: [...(before?.triggers ?? []), trigger].slice(-KNOWN_TRIGGERS),
      ...restoredSpend(own.openedAt, before?.restoredUsd),
    };
    const claim = claimAfter(before);
    if (await store.put(claim, JSON.stringify(fresh), { ifAbsent: true })) {
      claimed();
      await store.put(CURRENT, JSON.stringify(fresh));
      return own;
    }
    const winner = v.parse(mark, JSON.parse((await store.get(claim)) ?? '{}'));
    const openedAt = Date.parse(winner.openedAt);
    if (own.openedAt - openedAt < OPEN_FOR_MS) {
      await widen(store, winner, own);
      return { incident: winner.incident, openedAt, joined: true };
    }
    // An old claim: its run ended before it wrote the mark, or the mark was not readable.
    before = winner;
  }
  throw new Error(`${MOST_CLAIMS} incidents in a row were claimed, and none of them has a mark`);
}

/** Makes an incident about keys one of the whole account, unless this run is about keys too. */
async function widen(store: Store, { incident, only }: IncidentMark, own: Membership): Promise<void> {
  if (only && !own.only) await store.put(wholeClaim(incident), '{}');
}

/**
 * Marks the incident, its trigger ids and its spend as dealt with; a restore does it before it changes anything.
 * @param previous the mark that this one replaces
 */
export async function closeIncident(
  store: Store,
  { restoredUsd, closedAt, ...rest }: IncidentMark & { readonly closedAt: string },
  previous: IncidentMark | undefined,
): Promise<void> {
  await store.put(
    CURRENT,
    JSON.stringify({
      ...rest,
      closedAt,
      ...restoredSpend(Date.parse(closedAt), previous?.restoredUsd, restoredUsd),
    }),
  );
}

const MARK_LIMIT_MS = 2_000;

/**
 * Reads the incident mark within a limit, which begins when there is a store: on a laptop that takes credentials.
 * Never rejects.
 */
export async function markWithin(
  store: Promise<Store | undefined>,
  clock: Clock,
  limitMs = MARK_LIMIT_MS,
): Promise<FoundMark> {
  const ready = await store.catch(() => undefined); // the journal itself reports a store that is not there
  if (!ready) return {};
  return within(clock, limitMs, 'the journal', () => readMark(ready)).catch(
    (late: Error): FoundMark => ({ problem: late.message, isUnknown: true }),
  );
}
