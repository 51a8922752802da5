import { setMaxListeners } from 'node:events';
import { Catalog } from '../../lambda/contain/catalog.ts';
import type { Clearance } from '../../lambda/contain/clearance.ts';
import { containScope, type Progress } from '../../lambda/contain/scope.ts';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { membershipOf } from '../../lambda/shell/journal/incident.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import { MemoryStore } from '../shell/memory-store.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

export const REGION = 'us-east-1';

/** One scope of kinds in memory, on virtual time. @returns how to contain it, and what to look at then. */
export function setUp(
  kinds: readonly Kind[],
  {
    act = true,
    policy = DEFAULT_POLICY,
    credentialsChange,
    openedAgo,
  }: {
    act?: boolean;
    policy?: Policy;
    credentialsChange?: (clock: VirtualClock) => Promise<number | undefined>;
    /** Milliseconds since another run opened the incident. */
    openedAgo?: number;
  } = {},
) {
  const clock = new VirtualClock();
  const credentials = credentialsChange === undefined ? {} : { credentials: credentialsChange(clock) };
  const deadline = new AbortController();
  setMaxListeners(0, deadline.signal);
  const store = new MemoryStore();
  const openedAt = new Date(clock.now() - (openedAgo ?? 0)).toISOString();
  const others = { schemaVersion: 1 as const, incident: 'ks-0', openedAt, triggers: [] };
  const membership = membershipOf(openedAgo === undefined ? undefined : others, 'ks-1', clock.now());
  const journal = new Journal(store, 'ks-1', 'm-1', membership, undefined, clock, () => {});
  const ready: Clearance = {
    act,
    caller: { exemptKeys: new Set(), unknown: false },
    incidentOpenedAt: membership.openedAt,
    newSince: () => 0,
    journal,
    standsBy: openedAgo !== undefined,
    holds: false,
  };
  const progress: Progress[] = [];
  const since = clock.now();
  const contain = (clearance: Promise<Clearance> = Promise.resolve(ready)) =>
    clock.run(
      containScope({
        scope: REGION,
        kinds,
        catalog: new Catalog(kinds),
        self: [],
        policy,
        clients: new Clients(clock, deadline.signal),
        clock,
        verifyAfterMs: 5_000,
        clearance,
        ...credentials,
        onProgress: (step) => progress.push(step),
        onFirstDone: () => {},
      }),
    );
  return { clock, deadline, store, progress, contain, ready, seconds: () => (clock.now() - since) / 1000 };
}
export const byName = (a: string, b: string) => (a < b ? -1 : 1);
export const ids = (count: number, prefix = 'lamp') =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
