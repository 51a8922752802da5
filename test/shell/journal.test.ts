import { describe, expect, it } from 'vitest';
import type { Action } from '../../lambda/core/model.ts';
import { membershipOf, readMark } from '../../lambda/shell/journal/incident.ts';
import { listIncidents, readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { Journal } from '../../lambda/shell/journal/journal.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { forever, MemoryStore } from './memory-store.ts';
import { VirtualClock } from './virtual-clock.ts';

const stop = (id: string): Action => ({
  kind: 'ec2-instance',
  scope: 'us-east-1',
  id,
  verb: 'stop',
  before: { state: 'running' },
});

function start(store: Store | undefined, run = 'ks-1', clock = new VirtualClock()) {
  const log: string[] = [];
  const own = membershipOf(undefined, run, clock.now());
  const journal = new Journal(store, run, `m-${run}`, own, undefined, clock, (line) => log.push(line));
  return { journal, log, clock };
}

describe('a record', () => {
  it('is durable before the change, and its incident leads to it', async () => {
    const store = new MemoryStore();
    const { journal, log, clock } = start(store);
    await clock.run(journal.intend('us-east-1', [stop('i-1'), stop('i-2')]));
    await clock.run(journal.finish(true));
    const { records, runs, unreadable } = await readIncident(store, 'ks-1');
    expect(records.map(({ id }) => id)).toEqual(['i-1', 'i-2']);
    expect(runs).toMatchObject([{ run: 'ks-1', trigger: 'm-ks-1' }]);
    expect(unreadable).toEqual([]);
    expect(log).toEqual([]);
    expect(journal.gaps).toEqual([]);
  });

  it('of no actions writes nothing', async () => {
    const store = new MemoryStore();
    await start(store).journal.intend('us-east-1', []);
    expect(store.texts.size).toBe(0);
  });

  it('is not overwritten when Lambda runs the same event again', async () => {
    const store = new MemoryStore();
    const clock = new VirtualClock();
    for (const id of ['i-1', 'i-2']) {
      await clock.run(start(store, 'ks-1', clock).journal.intend('us-east-1', [stop(id)]));
      await clock.run(clock.sleep(60_000));
    }
    const { records } = await readIncident(store, 'ks-1');
    expect(records.map(({ id }) => id)).toEqual(['i-1', 'i-2']);
  });
});

describe('a store that does not answer', () => {
  it('delays a change for 2 s; then the record is in the log, and there is a gap', async () => {
    const store = new MemoryStore();
    store.before = forever;
    const { journal, log, clock } = start(store);
    const since = clock.now();
    await clock.run(journal.intend('us-east-1', [stop('i-1'), stop('i-2')]));
    expect(clock.now() - since).toBe(2_000);
    expect(
      log
        .join('\n')
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['i-1', 'i-2']);
    expect(journal.gaps).toMatchObject([{ kind: 'journal', code: 'JournalUnavailable' }]);
  });

  it('delays the end of the run for 2 s at most, too', async () => {
    for (const hangs of [/^claims/, /^incidents/, /^current/]) {
      const store = new MemoryStore();
      store.before = (_, key) => (hangs.test(key) ? forever() : Promise.resolve());
      const { journal, clock } = start(store);
      await clock.run(journal.intend('us-east-1', [stop('i-1')]));
      const since = clock.now();
      await clock.run(journal.finish(true));
      expect(clock.now() - since).toBeLessThanOrEqual(2_000);
      expect(journal.gaps).toHaveLength(1);
    }
  });

  it('that refuses the membership once is tried again with the next batch', async () => {
    const store = new MemoryStore();
    let refusals = 1;
    store.before = async (_, key) => {
      if (key.startsWith('incidents/') && refusals-- > 0) throw new Error('SlowDown');
    };
    const { journal, log, clock } = start(store);
    await clock.run(journal.intend('us-east-1', [stop('i-1')]));
    await clock.run(journal.intend('us-east-1', [stop('i-2')]));
    expect(log).toHaveLength(1);
    store.before = async () => {};
    expect((await readIncident(store, 'ks-1')).records.map(({ id }) => id)).toEqual(['i-1', 'i-2']);
  });

  it('is a gap when a document cannot be written, and no error', async () => {
    const store = new MemoryStore();
    store.before = forever;
    const { journal, clock } = start(store);
    expect(await clock.run(journal.writeDocument('report.json', '{}'))).toBeUndefined();
    expect(journal.gaps).toHaveLength(1);
  });

  it('or is absent: the record is in the log', async () => {
    const { journal, log } = start(undefined);
    await journal.intend('us-east-1', [stop('i-1')]);
    expect(log).toHaveLength(1);
    expect(journal.gaps).toHaveLength(1);
    expect(await journal.writeDocument('report.json', '{}')).toBeUndefined();
  });
});

describe('a burst of changes', () => {
  /** A disk that writes one object after the other, and takes 20 ms for each. */
  function slowDisk(clock: VirtualClock) {
    const store = new MemoryStore();
    let last = Promise.resolve();
    store.before = (operation) => {
      if (operation === 'put') last = last.then(() => clock.sleep(20));
      return last;
    };
    return store;
  }
  const burst = (journal: Journal, count: number, scope = 'us-east-1') =>
    Promise.all(Array.from({ length: count }, (_, n) => journal.intend(scope, [stop(`i-${n}`)])));

  it('of our own making is no dead journal: what waits is written together', async () => {
    const clock = new VirtualClock();
    const store = slowDisk(clock);
    const { journal, log } = start(store, 'ks-1', clock);
    const since = clock.now();
    await clock.run(burst(journal, 2_522));
    expect(clock.now() - since).toBeLessThan(1_000);
    expect([log, journal.gaps]).toEqual([[], []]);
    const { records } = await clock.run(readIncident(store, 'ks-1'));
    expect(new Set(records.map(({ id }) => id)).size).toBe(2_522);
    expect(records.every(({ scope }) => scope === 'us-east-1')).toBe(true);
  });

  it('over all regions neither waits in one of them for another', async () => {
    const clock = new VirtualClock();
    const { journal, log } = start(slowDisk(clock), 'ks-1', clock);
    const regions = Array.from({ length: 34 }, (_, n) => `region-${n}`);
    await clock.run(Promise.all(regions.map((region) => burst(journal, 100, region))));
    expect([log, journal.gaps]).toEqual([[], []]);
  });

  it('waits 2 s for a dead journal, all together, and is in the log', async () => {
    const store = new MemoryStore();
    store.before = forever;
    const { journal, log, clock } = start(store);
    const since = clock.now();
    await clock.run(burst(journal, 300));
    expect(clock.now() - since).toBe(2_000);
    expect(log.join('\n').split('\n')).toHaveLength(300);
    expect(journal.gaps).toHaveLength(1);
  });

  it('loses only the object that got no answer', async () => {
    const store = new MemoryStore();
    let records = 0;
    store.before = (operation, key) =>
      operation === 'put' && key.includes('/journal/') && ++records === 1 ? forever() : Promise.resolve();
    const { journal, log, clock } = start(store);
    await clock.run(burst(journal, 300));
    expect(log).toHaveLength(1);
    store.before = async () => {};
    expect((await readIncident(store, 'ks-1')).records).toHaveLength(299);
  });
});

describe('two runs at once', () => {
  it('become one incident that holds the records of both', async () => {
    const store = new MemoryStore();
    const clock = new VirtualClock();
    const runs = ['ks-1', 'ks-2'].map((run) => start(store, run, clock).journal);
    await clock.run(Promise.all(runs.map((journal, n) => journal.intend('us-east-1', [stop(`i-${n}`)]))));
    await clock.run(Promise.all(runs.map((journal) => journal.finish(true))));
    const [first] = runs;
    expect(new Set(runs.map((journal) => journal.incident)).size).toBe(1);
    const { records } = await readIncident(store, first?.incident ?? '');
    expect(records.map(({ id }) => id).sort()).toEqual(['i-0', 'i-1']);
    expect((await listIncidents(store)).map(({ incident }) => incident)).toEqual([first?.incident]);
    expect((await readMark(store)).mark?.incident).toBe(first?.incident);
  });
});

describe('a journal that an intruder has edited', () => {
  it('shows unreadable lines and documents, and runs that lead elsewhere', async () => {
    const store = new MemoryStore();
    const { journal, clock } = start(store);
    await clock.run(journal.intend('us-east-1', [stop('i-1')]));
    store.texts.set('runs/ks-1/journal/zz.jsonl', 'not a record\n');
    store.texts.set('runs/ks-1/report.json', '{"actions":7}');
    store.texts.set('incidents/ks-1/runs/bad.json', '{"run":"../../../etc","trigger":"t","at":"x"}');
    const { records, unreadable } = await readIncident(store, 'ks-1');
    expect(records).toHaveLength(1);
    expect(unreadable.join('\n')).toMatch(/not a record/);
    expect(unreadable).toHaveLength(3);
  });

  it('leaves out a change only after a clear refusal: another failed call may have worked', async () => {
    const store = new MemoryStore();
    const { journal, clock } = start(store);
    const ids = ['refused', 'timed-out', 'broke', 'done'];
    await clock.run(journal.intend('us-east-1', ids.map(stop)));
    const errors = [
      'UnauthorizedOperation: no',
      'TimeoutError: no answer',
      'InternalError: try later',
      undefined,
    ];
    const actions = ids.map((id, n) => ({
      kind: 'ec2-instance',
      region: 'us-east-1',
      id,
      verb: 'stop',
      status: errors[n] ? 'failed' : 'done',
      error: errors[n],
    }));
    await journal.writeDocument('report.json', JSON.stringify({ actions }));
    expect([...(await readIncident(store, 'ks-1')).refused]).toEqual(['ec2-instance/us-east-1/refused#stop']);
  });
});
