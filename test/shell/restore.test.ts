import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Catalog } from '../../lambda/contain/catalog.ts';
import { containScope } from '../../lambda/contain/scope.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { membershipOf, readMark } from '../../lambda/shell/journal/incident.ts';
import { readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import { FolderStore, type Store } from '../../lambda/shell/journal/store.ts';
import { Lamps, named } from './in-memory-kind.ts';
import { VirtualClock } from './virtual-clock.ts';

const REGION = 'us-east-1';
let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killswitch-restore-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder on disk. Disk access takes real time, and the virtual clock waits for it. */
function folderUnder(clock: VirtualClock): Store {
  const disk = new FolderStore(join(folder, String(count++)));
  return {
    location: disk.location,
    put: (...args) => clock.during(disk.put(...args)),
    get: (key) => clock.during(disk.get(key)),
    list: (prefix) => clock.during(disk.list(prefix)),
  };
}

function account(store: Store, clock: VirtualClock, lamps: readonly Lamps[]) {
  const deadline = new AbortController();
  setMaxListeners(0, deadline.signal);
  const kinds = lamps.map((each) => each.kind);
  const clients = new Clients(clock, deadline.signal);
  return {
    contain: async (run: string) => {
      const { mark } = await clock.run(readMark(store));
      const own = membershipOf(mark, run, clock.now());
      const journal = new Journal(store, run, `m-${run}`, own, mark, clock, () => {});
      const clearance = {
        act: true,
        caller: { exemptKeys: new Set<string>(), unknown: false },
        incidentOpenedAt: own.openedAt,
        newSince: () => 0,
        journal,
        standsBy: false,
        holds: false,
      };
      await clock.run(
        containScope({
          scope: REGION,
          kinds,
          catalog: new Catalog(kinds),
          self: [],
          onFirstDone: () => {},
          policy: DEFAULT_POLICY,
          clients,
          clock,
          verifyAfterMs: 5_000,
          clearance: Promise.resolve(clearance),
          onProgress: () => {},
        }),
      );
      await clock.run(journal.finish(true));
      return journal.incident;
    },
    restore: async (incident: string, dryRun = false) => {
      const records = await clock.run(readIncident(store, incident));
      const request = { records, named: 'all' as const, dryRun };
      return clock.run(restore(clients, kinds, store, clock, request, () => {}));
    },
  };
}

describe('restore after contain', () => {
  it('gives the state before, for every account, every failure and any number of runs', async () => {
    const accounts = fc.record({
      lit: fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 25 }),
      off: fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 10 }),
      failing: fc.array(fc.nat({ max: 40 }), { maxLength: 5 }),
      runs: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(accounts, async ({ lit, off, failing, runs }) => {
        const clock = new VirtualClock();
        const lamps = new Lamps(
          'lamp',
          REGION,
          lit.map((n) => `lamp-${n}`),
        );
        for (const n of off) lamps.burning.set(`lamp-${n}`, false);
        lamps.beforeSwitch = (id) => {
          if (failing.includes(Number(id.slice(5)))) throw named('TimeoutError');
        };
        const before = new Map(lamps.burning);
        const { contain, restore } = account(folderUnder(clock), clock, [lamps]);
        let incident = '';
        for (let n = 0; n < runs; n++) incident = await contain(`ks-${n}`);
        expect(lamps.lit.every((id) => failing.includes(Number(id.slice(5))))).toBe(true);
        const planned = await restore(incident, true);
        await restore(incident);
        expect(lamps.burning).toEqual(before);
        expect(planned.filter(({ status }) => status === 'restored')).toHaveLength(
          new Set(lamps.switched).size,
        );
        const again = await restore(incident);
        expect(again.every(({ status }) => status === 'unchanged')).toBe(true);
        expect(lamps.burning).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });

  it('marks the incident as dealt with, so that late messages change nothing', async () => {
    const clock = new VirtualClock();
    const store = folderUnder(clock);
    const { contain, restore } = account(store, clock, [new Lamps('lamp', REGION, ['a'])]);
    const incident = await contain('ks-1');
    await restore(incident, true);
    expect((await clock.run(readMark(store))).mark?.closedAt).toBeUndefined();
    await restore(incident);
    expect((await clock.run(readMark(store))).mark).toMatchObject({
      incident,
      closedAt: expect.any(String),
      triggers: ['m-ks-1'],
    });
    expect(await contain('ks-2')).toBe('ks-2');
  });

  it('reports what cannot come back, and what is of an unknown kind', async () => {
    const clock = new VirtualClock();
    const store = folderUnder(clock);
    const lamps = new Lamps('lamp', REGION, ['a', 'b']);
    const { contain } = account(store, clock, [lamps]);
    const incident = await contain('ks-1');
    lamps.burning.delete('a');
    const steps = await account(store, clock, [lamps]).restore(incident);
    expect(steps.map(({ action, status }) => [action.id, status])).toEqual([
      ['a', 'impossible'],
      ['b', 'restored'],
    ]);
    const unknown = await account(store, clock, [new Lamps('other', REGION, [])]).restore(incident);
    expect(unknown.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });
});
