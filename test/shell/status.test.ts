import { describe, expect, it } from 'vitest';
import { monthOf } from '../../lambda/core/calendar.ts';
import { parseSettings } from '../../lambda/core/settings.ts';
import { ALLOWANCES_KEY, allowancesDocument } from '../../lambda/core/tripwire/allowance.ts';
import { freshMemory, MEMORY_KEY, memoryDocument } from '../../lambda/core/tripwire/memory.ts';
import { HOURS_OF_A_MONTH } from '../../lambda/core/verdict/floor.ts';
import type { Deps } from '../../lambda/engine/deps.ts';
import { readStatus } from '../../lambda/engine/status.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { forever, MemoryStore } from './memory-store.ts';
import { VirtualClock } from './virtual-clock.ts';

const settings = parseSettings(
  {
    email: 'me@example.com',
    monthlyBudgetUsd: 50,
    allow: { none: true },
    homeRegions: ['eu-west-1'],
    armAt: '2026-02-01T00:00:00Z',
    guard: { forwardFrom: ['us-east-2'] },
  },
  'test',
);

/** Clients that cannot reach Budgets: the spend is only an estimate. */
const outOfReach = {
  of: () => ({ send: async () => Promise.reject(new Error('no way to AWS')) }),
} as unknown as Deps['clients'];

async function statusWith(store: Store | Error, more: Partial<Deps> = {}) {
  const clock = new VirtualClock();
  const ready = store instanceof Error ? Promise.reject(store) : Promise.resolve(store);
  // What a status needs without a deployed stack: no budget, no clients.
  const deps = { clock, store: ready, ...more } as unknown as Deps;
  const began = clock.now();
  const status = await clock.run(readStatus(deps, settings));
  return { tripwire: status.tripwire, budget: status.budget, tookMs: clock.now() - began };
}

describe('the status of the tripwire', () => {
  it('has its settings, its memory, and the allowances up to the cap', async () => {
    const now = new VirtualClock().now();
    const store = new MemoryStore();
    const samples = [
      { at: now - 2, rates: { 'us-east-1': 9 } },
      { at: now - 1, rates: { 'us-east-1': 1.5 } },
    ];
    const memory = { schemaVersion: 1, since: 5, samples, estimateUsd: 31.2, writtenAt: now - 1 };
    store.texts.set(MEMORY_KEY, JSON.stringify(memory));
    const [from, until] = [now - 1000, now + 100 * 3_600_000].map((at) => new Date(at).toISOString());
    const allowance = {
      id: 'a',
      usd: 30,
      region: 'us-east-1',
      from: from ?? '',
      until: until ?? '',
      reason: 'r',
    };
    store.texts.set(ALLOWANCES_KEY, allowancesDocument([allowance]));
    const { tripwire, tookMs } = await statusWith(store);
    expect(tripwire).toEqual({
      enabled: true,
      everyMinutes: 5,
      exhaustWithinHours: 6,
      warnWithinHours: 24,
      armAt: '2026-02-01T00:00:00Z',
      allowanceCap: { usd: 25, hours: 24 },
      homeRegions: ['eu-west-1'],
      forwardFrom: ['us-east-2'],
      memory: { since: 5, estimateUsd: 31.2, lastTickAt: now - 1, usdPerHour: { 'us-east-1': 1.5 } },
      allowances: [
        {
          id: 'a',
          usd: 25,
          region: 'us-east-1',
          from: now - 1000,
          until: now - 1000 + 24 * 3_600_000,
          reason: 'r',
        },
      ],
    });
    expect(tookMs).toBe(0);
  });

  it.each([
    ['the limit plus allowances', undefined, 75],
    ['the same after a restore far below it', 50, 75],
    ['a quarter of the limit above a restore just below it', 60, 78.75],
    ['a higher floor after a restore at a higher spend', 76, 94.75],
  ])('fires, as a Budgets message does, at %s', async (_, restoredUsd, firesAtUsd) => {
    const now = new VirtualClock().now();
    const store = new MemoryStore();
    const at = (ms: number) => new Date(ms).toISOString();
    const allowed = {
      id: 'a',
      usd: 25,
      region: 'us-east-1',
      from: at(now),
      until: at(now + 1000),
      reason: 'r',
    };
    store.texts.set(ALLOWANCES_KEY, allowancesDocument([allowed]));
    store.texts.set(MEMORY_KEY, memoryDocument({ ...freshMemory(now), estimateUsd: 80, writtenAt: now }));
    const restored = {
      schemaVersion: 1,
      incident: 'i',
      openedAt: at(now - 2),
      closedAt: at(now - 1),
      restoredUsd: { [monthOf(now)]: restoredUsd },
    };
    if (restoredUsd !== undefined) store.texts.set('current.json', JSON.stringify(restored));
    const budget = { name: 'usage', account: '123456789012', limitUsd: settings.monthlyBudgetUsd };
    const { budget: seen } = await statusWith(store, { budget, clients: outOfReach });
    expect(seen?.firesAtUsd).toBe(firesAtUsd);
  });

  it('says what may still run in a restored month past twice its limit', async () => {
    const now = new VirtualClock().now();
    const store = new MemoryStore();
    const at = (ms: number) => new Date(ms).toISOString();
    const spentUsd = 28 * settings.monthlyBudgetUsd;
    store.texts.set(
      MEMORY_KEY,
      memoryDocument({ ...freshMemory(now), estimateUsd: spentUsd, writtenAt: now }),
    );
    const closed = { schemaVersion: 1, incident: 'i', openedAt: at(now - 2), closedAt: at(now - 1) };
    store.texts.set('current.json', JSON.stringify({ ...closed, restoredUsd: { [monthOf(now)]: spentUsd } }));
    const budget = { name: 'usage', account: '123456789012', limitUsd: settings.monthlyBudgetUsd };
    const seen = async () => (await statusWith(store, { budget, clients: outOfReach })).budget;
    expect(await seen()).toMatchObject({
      firesAtUsd: 2 * settings.monthlyBudgetUsd,
      paceUsdPerHour: settings.monthlyBudgetUsd / HOURS_OF_A_MONTH,
    });
    store.texts.set('current.json', JSON.stringify(closed));
    expect(await seen()).not.toHaveProperty('paceUsdPerHour');
  });

  it('has no memory before the first look, which is no problem', async () => {
    const { tripwire } = await statusWith(new MemoryStore());
    expect(tripwire).toMatchObject({ enabled: true, allowances: [] });
    expect(Object.keys(tripwire ?? {})).not.toContain('memory');
    expect(Object.keys(tripwire ?? {})).not.toContain('problem');
  });

  it('names malformed documents', async () => {
    const store = new MemoryStore();
    store.texts.set(MEMORY_KEY, 'nonsense');
    store.texts.set(ALLOWANCES_KEY, '{"schemaVersion":1,"allowances":[{}]}');
    const { tripwire } = await statusWith(store);
    expect(tripwire?.problem).toContain(MEMORY_KEY);
    expect(tripwire?.allowancesProblem).toContain(ALLOWANCES_KEY);
    expect(tripwire?.memory).toBeUndefined();
  });

  it.each([
    [
      'refuses',
      async () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })),
      /AccessDenied: no/,
    ],
    ['never answers', () => forever(), /did not answer within 5 s/],
  ])('has a problem when the bucket %s, after 5 s at most', async (_, before, said) => {
    const store = new MemoryStore();
    store.before = before;
    const { tripwire, tookMs } = await statusWith(store);
    expect(tripwire?.problem).toMatch(said);
    expect(tripwire?.allowancesProblem).toMatch(said);
    expect(tookMs).toBeLessThanOrEqual(5_000);
  });

  it('has a problem when there is no journal', async () => {
    const { tripwire } = await statusWith(new Error('no bucket'));
    expect(tripwire?.problem).toContain('no bucket');
  });
});
