import { describe, expect, it } from 'vitest';
import { openIncident, readMark } from '../../lambda/shell/journal/incident.ts';
import { MemoryStore } from './memory-store.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

describe('an incident that is about keys alone', () => {
  const own = (incident: string) => ({ incident, openedAt: NOW, joined: false });
  const keys = (incident: string) => ({ ...own(incident), only: 'keys' as const });
  const joined = (incident: string) => ({ incident, openedAt: NOW, joined: true });

  it('stays so when a run about keys joins it, and becomes one of the whole account otherwise', async () => {
    const store = new MemoryStore();
    await openIncident(store, keys('ks-a'), undefined, 'm-1');
    const { mark: found } = await readMark(store);
    expect(found).toMatchObject({ incident: 'ks-a', only: 'keys' });
    await openIncident(store, { ...joined('ks-a'), only: 'keys' }, found, 'm-2');
    expect((await readMark(store)).mark).toMatchObject({ only: 'keys' });
    await openIncident(store, joined('ks-a'), found, 'm-3');
    const { mark: whole } = await readMark(store);
    expect(whole).toMatchObject({ incident: 'ks-a', triggers: ['m-1'] });
    expect(whole).not.toHaveProperty('only');
  });

  it.each([
    ['the key first', ['keys', 'whole']],
    ['the account first', ['whole', 'keys']],
  ])('is one of the whole account when both begin at once, %s', async (_, order) => {
    const store = new MemoryStore();
    // The run that claimed the incident writes the mark only when the other has joined.
    let joinedIt: () => void = () => {};
    const other = new Promise<void>((resolve) => {
      joinedIt = resolve;
    });
    store.before = async (operation, key) => {
      if (operation === 'put' && key === 'current.json') await other;
    };
    const opened = order.map((what, n) => {
      const membership = what === 'keys' ? keys(`ks-${n}`) : own(`ks-${n}`);
      return openIncident(store, membership, undefined, `m-${n}`);
    });
    await opened[1];
    joinedIt();
    expect((await Promise.all(opened)).map(({ incident }) => incident)).toEqual(['ks-0', 'ks-0']);
    const { mark: found } = await readMark(store);
    expect(found?.incident).toBe('ks-0');
    expect(found).not.toHaveProperty('only');
  });

  it('gives way to a new one when it was closed', async () => {
    const store = new MemoryStore();
    await openIncident(store, keys('ks-a'), undefined, 'm-1');
    const [openedAt, closedAt] = [NOW, NOW + 1].map((ms) => new Date(ms).toISOString()) as [string, string];
    const closed = { schemaVersion: 1 as const, incident: 'ks-a', openedAt, closedAt, triggers: [] };
    store.texts.set('current.json', JSON.stringify(closed));
    await openIncident(store, keys('ks-b'), closed, 'm-2');
    expect((await readMark(store)).mark).toMatchObject({ incident: 'ks-b', only: 'keys' });
  });
});
