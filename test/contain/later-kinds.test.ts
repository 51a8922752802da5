import { setMaxListeners } from 'node:events';
import { expect, it } from 'vitest';
import { containAccount } from '../../lambda/contain/account.ts';
import type { Clearance } from '../../lambda/contain/clearance.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import type { Deps } from '../../lambda/engine/deps.ts';
import type { Kind, RegisteredKind } from '../../lambda/kinds/kind.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { membershipOf } from '../../lambda/shell/journal/incident.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import { Lamps } from '../shell/in-memory-kind.ts';
import { MemoryStore } from '../shell/memory-store.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

const HERE = 'us-east-1';
const THERE = 'eu-west-1';
const registered = (kind: Kind, loadKind: () => Promise<Kind>): RegisteredKind => ({
  name: kind.name,
  scope: kind.scope,
  loadKind,
});

/** Contains a whole account; some kinds are not loaded yet. */
async function contain(clock: VirtualClock, kinds: readonly RegisteredKind[], scopes: readonly string[]) {
  const deadline = new AbortController();
  setMaxListeners(0, deadline.signal);
  const own = membershipOf(undefined, 'ks-1', clock.now());
  const journal = new Journal(new MemoryStore(), 'ks-1', 'm-1', own, undefined, clock, () => {});
  const clearance: Clearance = {
    act: true,
    caller: { exemptKeys: new Set(), unknown: false },
    incidentOpenedAt: own.openedAt,
    newSince: () => 0,
    journal,
    standsBy: false,
    holds: false,
  };
  const deps = {
    clients: new Clients(clock, deadline.signal),
    clock,
    kinds,
    policy: DEFAULT_POLICY,
    verifyAfterMs: 5_000,
    onProgress: () => {},
  } as unknown as Deps;
  const all = { now: scopes, later: Promise.resolve({ scopes: [] }), checked: Promise.resolve() };
  return clock.run(containAccount(deps, all, Promise.resolve(clearance)).reports);
}

it('a kind that is not needed for the first stop is loaded after it, and contained like others', async () => {
  const clock = new VirtualClock();
  const first = new Lamps('lamp', HERE, ['a']);
  const later = new Lamps('lantern', HERE, ['x', 'y']);
  let wereLampsOff: boolean | undefined;
  const entry = registered(later.kind, async () => {
    wereLampsOff ??= first.lit.length === 0;
    return later.kind;
  });
  const [report] = await contain(clock, [first.kind, entry], [HERE]);
  expect(wereLampsOff).toBe(true);
  expect(later.lit).toEqual([]);
  expect(report).toMatchObject({ quiet: true, gaps: [] });
  expect(report?.outcomes.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
    'lamp a',
    'lantern x',
    'lantern y',
  ]);
});

it('such a kind is loaded once for all regions', async () => {
  let loads = 0;
  const later = new Lamps('lantern', HERE, []);
  const entry = registered(later.kind, async () => {
    loads += 1;
    return later.kind;
  });
  await contain(new VirtualClock(), [new Lamps('lamp', HERE, []).kind, entry], [HERE, THERE]);
  expect(loads).toBe(1);
});

it('such a kind waits at most 5 s for a region that does not answer', async () => {
  const clock = new VirtualClock();
  const began = clock.now();
  const hanging = new Lamps('lamp', HERE, ['a']);
  hanging.beforePage = (page) => (page === 1 && clock.now() === began ? clock.sleep(60_000) : undefined);
  const later = new Lamps('lantern', HERE, ['x']);
  let loadedAfter = Number.NaN;
  const entry = registered(later.kind, async () => {
    loadedAfter = clock.now() - began;
    return later.kind;
  });
  await contain(clock, [hanging.kind, entry], [HERE]);
  expect(loadedAfter).toBe(5_000);
  expect(later.lit).toEqual([]);
});

it('such a kind is a gap when its code cannot be loaded, and does not delay the others', async () => {
  const first = new Lamps('lamp', HERE, ['a']);
  const entry = registered(new Lamps('lantern', HERE, []).kind, () =>
    Promise.reject(new TypeError('no such chunk')),
  );
  const [report] = await contain(new VirtualClock(), [first.kind, entry], [HERE]);
  expect(first.lit).toEqual([]);
  expect(report?.gaps).toMatchObject([{ kind: 'lantern', scope: HERE, code: 'TypeError' }]);
});
