import * as v from 'valibot';
import type { JournalRecord } from '../../core/journal.ts';
import { errorFacts, type Scope } from '../../core/model.ts';
import type { Closure } from '../../core/verdict/floor.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import type { Store } from './store.ts';

const CURRENT = 'current.json';
/** An incident nobody closed stops collecting new runs after this long. */
const OPEN_FOR_MS = 24 * 3_600_000;
/** Of two runs at once, the one that began first may read the mark of the other; and clocks differ. */
const AHEAD_MS = 60_000;
/** Trigger ids that a mark carries: SNS gives up on a message after 23 days, and few come in that time. */
export const KNOWN_TRIGGERS = 200;
/** Claims in a row that are looked at: somebody may have written a circle of them. */
const MOST_CLAIMS = 5;

const mark = v.object({
  schemaVersion: v.literal(1),
  incident: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  openedAt: v.string(),
  closedAt: v.optional(v.string()),
  triggers: v.optional(v.array(v.string()), []),
  spendUsd: v.optional(v.number()),
  /** So far it is only about keys that AWS reported: what runs is left alone. */
  only: v.optional(v.literal('keys')),
});
export type IncidentMark = v.InferOutput<typeof mark>;

/** The incident a run belongs to. A mark only merges reports: it never decides whether to act. */
export interface Membership {
  readonly incident: string;
  readonly openedAt: number;
  readonly joined: boolean;
  readonly only?: 'keys';
}

/**
 * Reads the mark; unreadable or malformed counts as absent, and is said. An incident whose run died after it had
 * claimed its place, and before it was marked as the current one, is found by its claim.
 */
export async function readMark(store: Store): Promise<{ mark?: IncidentMark; problem?: string }> {
  try {
    const current = await readMarkAt(store, CURRENT);
    const isOpen = current !== undefined && current.closedAt === undefined;
    const found = isOpen ? current : ((await readMarkAt(store, claimAfter(current))) ?? current);
    if (!found?.only) return found ? { mark: found } : {};
    const { only, ...whole } = found;
    const isWhole = (await store.get(wholeClaim(found.incident))) !== undefined;
    return { mark: isWhole ? whole : { ...whole, only } };
  } catch (thrown) {
    return { problem: errorFacts(thrown).error };
  }
}

async function readMarkAt(store: Store, key: string): Promise<IncidentMark | undefined> {
  const text = await store.get(key);
  return text === undefined ? undefined : v.parse(mark, JSON.parse(text));
}

/** Each opening claims a key of its own, derived from the mark that it follows: of two at once, one wins. */
const claimAfter = (previous: IncidentMark | undefined): string =>
  `claims/after-${previous?.incident ?? 'none'}-${previous?.closedAt ?? previous?.openedAt ?? 'start'}.json`.replace(
    /:/g,
    '',
  );

/**
 * Written by whoever contains the whole account within an incident that began with a key alone: beside the mark, which
 * the one that began it may be writing in the same moment.
 */
const wholeClaim = (incident: string): string => `claims/whole-${incident}.json`;

export const closureOf = (found: IncidentMark | undefined): Closure | undefined =>
  found?.closedAt === undefined
    ? undefined
    : {
        closedAt: found.closedAt,
        triggers: found.triggers,
        ...(found.spendUsd === undefined ? {} : { spendUsd: found.spendUsd }),
      };

/** Which incident a run starting now belongs to: an open one that is younger than a day, else a new one. */
export function membershipOf(found: IncidentMark | undefined, run: string, now: number): Membership {
  const openedAt = Date.parse(found?.openedAt ?? '');
  const age = now - openedAt;
  const isOpen = found?.closedAt === undefined && age > -AHEAD_MS && age < OPEN_FOR_MS;
  return found && isOpen
    ? { incident: found.incident, openedAt, joined: true }
    : { incident: run, openedAt: now, joined: false };
}

/**
 * Opens a new incident, or joins the one that another run opened in the same moment. `claimed` is called as soon as
 * a later run would find this incident, even if this one died at once.
 * @throws the store's error: the run then stays its own incident.
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
      // A late copy of a message that was dealt with long ago must still be known for what it is.
      triggers: [...(before?.triggers ?? []), trigger].slice(-KNOWN_TRIGGERS),
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
    // Claimed long ago: the mark was not readable just now, or its writer died before he wrote it.
    before = winner;
  }
  throw new Error(`${MOST_CLAIMS} incidents in a row were claimed, and none of them is marked`);
}

/** What began with a key becomes an incident of the whole account. */
async function widen(store: Store, { incident, only }: IncidentMark, own: Membership): Promise<void> {
  if (only && !own.only) await store.put(wholeClaim(incident), '{}');
}

/** Marks the incident and its trigger ids as dealt with, before anything is put back. */
export async function closeIncident(
  store: Store,
  closed: Required<Omit<IncidentMark, 'spendUsd' | 'only'>> & { spendUsd?: number },
): Promise<void> {
  await store.put(CURRENT, JSON.stringify(closed));
}

const MARK_LIMIT_MS = 2_000;
/** Keys wait for it, in runs that join an incident; one object for each batch of its records. */
const RECORDS_LIMIT_MS = 5_000;

export type FoundMark = Awaited<ReturnType<typeof readMark>>;

/** The incident mark, for at most 2 s: what is late or unreadable counts as absent. Never rejects. */
export async function markWithin(store: Promise<Store | undefined>, clock: Clock): Promise<FoundMark> {
  const read = () => store.then((ready) => (ready ? readMark(ready) : {})).catch(() => ({})); // said by whoever acts on it
  return within(clock, MARK_LIMIT_MS, 'the journal', read).catch((late: Error) => ({
    problem: late.message,
  }));
}

/**
 * What earlier runs of an incident that this one joins journaled in a scope: a change that failed may have left nothing
 * else behind that leads to what it was about. What is late or unreadable counts as absent; what it says is checked
 * against the allowlist like everything else. Never rejects.
 */
export async function recordsWithin(
  store: Store | undefined,
  { joined, incident }: Membership,
  scope: Scope,
  clock: Clock,
): Promise<readonly JournalRecord[]> {
  if (!store || !joined) return [];
  const read = async () => (await import('./incident-records.ts')).recordsIn(store, incident, scope);
  return within(clock, RECORDS_LIMIT_MS, 'the journal', read).catch(() => []);
}
