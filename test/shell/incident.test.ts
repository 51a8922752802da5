import { describe, expect, it } from 'vitest';
import {
  closeIncident,
  closureOf,
  type IncidentMark,
  markWithin,
  membershipOf,
  openIncident,
  readMark,
} from '../../lambda/shell/journal/incident.ts';
import { forever, MemoryStore } from './memory-store.ts';
import { VirtualClock } from './virtual-clock.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const HOUR = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();
const mark = (change: Partial<IncidentMark> = {}): IncidentMark => ({
  schemaVersion: 1,
  incident: 'ks-old',
  openedAt: at(NOW - HOUR),
  triggers: ['m-0'],
  ...change,
});
const own = (incident: string, openedAt = NOW) => ({ incident, openedAt, joined: false });

describe('a run', () => {
  it('joins the open incident', () => {
    expect(membershipOf(mark(), 'ks-new', NOW)).toEqual({
      incident: 'ks-old',
      openedAt: NOW - HOUR,
      joined: true,
    });
  });

  it.each([
    ['no incident was ever opened', undefined],
    ['the last one was closed', mark({ closedAt: at(NOW - 1) })],
    ['the last one is a day old', mark({ openedAt: at(NOW - 24 * HOUR) })],
    ['the last one lies in the future', mark({ openedAt: at(NOW + HOUR) })],
    ['the time of the last one is invalid', mark({ openedAt: 'soon' })],
  ])('is an incident of its own when %s', (_, found) => {
    expect(membershipOf(found, 'ks-new', NOW)).toEqual(own('ks-new'));
  });
});

describe('the mark', () => {
  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"schemaVersion":2}',
    JSON.stringify({ ...mark(), incident: '../../x' }),
    JSON.stringify({ ...mark(), triggers: 'all' }),
  ])('that is malformed counts as absent, with a problem: %s', async (text) => {
    const store = new MemoryStore();
    store.texts.set('current.json', text);
    const { mark: found, problem } = await readMark(store);
    expect(found).toBeUndefined();
    expect(problem).toMatch(/\w/);
  });

  it('that is absent is no problem', async () => {
    expect(await readMark(new MemoryStore())).toEqual({});
  });

  it('is awaited for 2 s', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore();
    store.before = forever;
    const start = clock.now();
    expect(await clock.run(markWithin(Promise.resolve(store), clock))).toMatchObject({
      problem: expect.any(String),
    });
    expect(clock.now() - start).toBe(2_000);
    expect(await clock.run(markWithin(Promise.reject(new Error('no folder')), clock))).toEqual({});
  });

  it('tells what a restore closed', () => {
    expect(closureOf(undefined)).toBeUndefined();
    expect(closureOf(mark())).toEqual({ triggers: [] });
    // A later incident, as one about an exposed key, does not lower the floor that a restore has left.
    expect(closureOf(mark({ restoredUsd: { '2026-01': 60 } }))).toEqual({
      triggers: [],
      restoredUsd: { '2026-01': 60 },
    });
    expect(closureOf(mark({ closedAt: at(NOW), restoredUsd: { '2026-01': 60 } }))).toEqual({
      closedAt: at(NOW),
      triggers: ['m-0'],
      restoredUsd: { '2026-01': 60 },
    });
  });
});

const close = async (store: MemoryStore, time: number, restoredUsd: Record<string, number>) =>
  closeIncident(
    store,
    {
      ...{ schemaVersion: 1, incident: 'ks-a', restoredUsd, triggers: ['m-1'] },
      ...{ openedAt: at(NOW), closedAt: at(time) },
    },
    (await readMark(store)).mark,
  );

describe('opening', () => {
  it('writes the mark, and keeps the trigger ids of the last incident', async () => {
    const store = new MemoryStore();
    const closed = mark({ closedAt: at(NOW - 1) });
    expect(await openIncident(store, own('ks-new'), closed, 'm-1')).toEqual(own('ks-new'));
    expect((await readMark(store)).mark).toMatchObject({ incident: 'ks-new', triggers: ['m-0', 'm-1'] });
  });

  it('of many at once gives one incident', async () => {
    const store = new MemoryStore();
    const opened = await Promise.all(
      Array.from({ length: 20 }, (_, n) => openIncident(store, own(`ks-${n}`), undefined, `m-${n}`)),
    );
    expect(new Set(opened.map(({ incident }) => incident)).size).toBe(1);
    expect(opened.filter(({ joined }) => !joined)).toHaveLength(1);
  });

  it('again after a restore gives a new one', async () => {
    const store = new MemoryStore();
    await openIncident(store, own('ks-a'), undefined, 'm-1');
    await close(store, NOW + HOUR, { '2026-01': 60 });
    const { mark: closed } = await readMark(store);
    expect(await openIncident(store, own('ks-b', NOW + 2 * HOUR), closed, 'm-2')).toMatchObject({
      incident: 'ks-b',
      joined: false,
    });
    expect((await readMark(store)).mark?.restoredUsd).toEqual({ '2026-01': 60 });
    // Of this month and the last, the higher; what an intruder has written for another month pushes nothing out.
    const february = NOW + 24 * HOUR;
    await close(store, february, { '2026-01': 55, '2026-02': 70, '9999-12': 1 });
    expect((await readMark(store)).mark?.restoredUsd).toEqual({ '2026-01': 60, '2026-02': 70 });
    await close(store, february + 28 * 24 * HOUR, { '2026-03': 51 });
    expect((await readMark(store)).mark?.restoredUsd).toEqual({ '2026-02': 70, '2026-03': 51 });
  });

  it('joins the one whose run ended between claim and mark, if that is younger than a day', async () => {
    const store = new MemoryStore();
    store.before = async (_, key) => {
      if (key === 'current.json') throw new Error('ended');
    };
    await expect(openIncident(store, own('ks-ended'), undefined, 'm-1')).rejects.toThrow('ended');
    store.before = async () => {};
    expect(await openIncident(store, own('ks-b', NOW + HOUR), undefined, 'm-2')).toMatchObject({
      incident: 'ks-ended',
      joined: true,
    });
  });

  it('does not join an old one, even if the mark cannot be read', async () => {
    const store = new MemoryStore();
    await openIncident(store, own('ks-a', NOW - 300 * 24 * HOUR), undefined, 'm-1');
    const first = await openIncident(store, own('ks-b'), undefined, 'm-2');
    expect(first).toEqual(own('ks-b'));
    expect(await openIncident(store, own('ks-c', NOW + HOUR), undefined, 'm-3')).toMatchObject({
      incident: 'ks-b',
      joined: true,
    });
  });
});

it('a forged circle of claims is an error after a few reads', async () => {
  const store = new MemoryStore();
  const old = mark({ incident: 'ks-x', openedAt: at(NOW - 48 * HOUR) });
  const circle = `claims/after-ks-x-${old.openedAt.replace(/:/g, '')}.json`;
  store.texts.set('claims/after-none-start.json', JSON.stringify(old));
  store.texts.set(circle, JSON.stringify(old));
  let calls = 0;
  store.before = async () => void calls++;
  await expect(openIncident(store, own('ks-new'), undefined, 'm-1')).rejects.toThrow(
    /none of them has a mark/,
  );
  expect(calls).toBeLessThan(20);
});
