import type { Clock } from './clock.ts';
import { readMark } from './incident.ts';
import type { Store } from './store.ts';

const PATIENCE_MS = 2_000;

export type FoundMark = Awaited<ReturnType<typeof readMark>>;

/** The incident mark, for at most 2 s: what is late or unreadable counts as absent. Never rejects. */
export async function markWithin(store: Promise<Store | undefined>, clock: Clock): Promise<FoundMark> {
  const over = new AbortController();
  const late = clock
    .sleep(PATIENCE_MS, over.signal)
    .then(() => ({ problem: 'the journal did not answer within 2 s' }))
    .catch(() => ({})); // the store was faster
  const read = store.then((ready) => (ready ? readMark(ready) : {})).catch(() => ({})); // said by whoever acts on it
  const mark = await Promise.race([read, late]);
  over.abort();
  return mark;
}
