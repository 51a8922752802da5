import type { JournalRecord } from '../../core/journal.ts';
import type { Scope } from '../../core/model.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import { type Membership, readMark } from './incident.ts';
import type { Store } from './store.ts';

const LIMIT_MS = 2_000;
/** Keys wait for it, in runs that join an incident; one object for each batch of its records. */
const RECORDS_LIMIT_MS = 5_000;

export type FoundMark = Awaited<ReturnType<typeof readMark>>;

/** The incident mark, for at most 2 s: what is late or unreadable counts as absent. Never rejects. */
export async function markWithin(store: Promise<Store | undefined>, clock: Clock): Promise<FoundMark> {
  const read = () => store.then((ready) => (ready ? readMark(ready) : {})).catch(() => ({})); // said by whoever acts on it
  return within(clock, LIMIT_MS, 'the journal', read).catch((late: Error) => ({
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
