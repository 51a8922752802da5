import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalOf } from '../../../lab/measuring/call-counts.ts';
import { leastKeyMs, leastStopMs } from '../../../lab/scale/bound.ts';
import { COARSEST, leastCalls, PROMPT } from '../../../lab/scale/least-calls.ts';
import { machinesByRegion, SPREADS, type Workload } from '../../../lab/scale/workload.ts';
import { allKinds } from '../../../lambda/kinds/all.ts';
import { API_LIMITS } from '../../../simulated-aws/core/api-limits.ts';

const NOBODY: Workload = { machines: 0, spread: '17 regions', isProtected: false, users: 0 };
const near = { limits: API_LIMITS, latency: () => 0 };

const workload = fc.record({
  machines: fc.integer({ min: 0, max: 200_000 }),
  spread: fc.constantFrom(...SPREADS),
  isProtected: fc.boolean(),
  users: fc.integer({ min: 0, max: 5_000 }),
});

describe('the least time', () => {
  it('is none for nothing', () => {
    expect([leastStopMs(NOBODY), leastKeyMs(NOBODY)]).toEqual([0, 0]);
  });

  it.each([
    ['what the bucket holds stops at once', { ...NOBODY, machines: 1_000, spread: 'one region' }, 0],
    ['20 machines a second beyond', { ...NOBODY, machines: 3_000, spread: 'one region' }, 100],
    ['5 lifts a second beyond 50', { ...NOBODY, machines: 300, spread: 'one region', isProtected: true }, 50],
    ['the fullest region counts', { ...NOBODY, machines: 17_001, spread: '17 regions' }, 1 / 20],
  ] as const)('of stops without distances: %s', (_, account, seconds) => {
    expect(leastStopMs(account, near) / 1000).toBeCloseTo(seconds, 6);
  });

  it('of keys without distances is that of denies and keys together, 15 a second beyond 20', () => {
    expect(leastKeyMs({ ...NOBODY, users: 1_000 }, near) / 1000).toBeCloseTo(2_980 / 15, 6);
  });

  it('counts round trips: list, record and the way of the stop', () => {
    const one = { ...NOBODY, machines: 1, spread: 'one region' } as const;
    const circumstances = { limits: API_LIMITS, latency: () => 100 };
    expect(leastStopMs(one, circumstances)).toBe(250);
    expect(leastStopMs({ ...one, isProtected: true }, circumstances)).toBe(650);
    expect(leastKeyMs({ ...NOBODY, users: 1 }, circumstances)).toBe(450);
  });

  it('waits for pages, each of which tells where the next begins', () => {
    const account = { ...NOBODY, machines: 5_000, spread: 'one region' } as const;
    expect(leastStopMs(account, { limits: [], latency: () => 100 })).toBe(650);
  });

  it('grows with machines, protection and users, and shrinks with buckets', () => {
    const generous = API_LIMITS.map((limit) => ({
      ...limit,
      capacity: 2 * limit.capacity,
      refillPerSecond: 2 * limit.refillPerSecond,
    }));
    fc.assert(
      fc.property(workload, fc.nat(50_000), (less, more) => {
        const larger = { ...less, machines: less.machines + more, users: less.users + more };
        const hardened = { ...less, isProtected: true };
        expect(leastStopMs(larger)).toBeGreaterThanOrEqual(leastStopMs(less));
        expect(leastKeyMs(larger)).toBeGreaterThanOrEqual(leastKeyMs(less));
        expect(leastStopMs(hardened)).toBeGreaterThanOrEqual(leastStopMs(less));
        expect(leastStopMs(less, { limits: generous })).toBeLessThanOrEqual(leastStopMs(less));
        expect(leastStopMs(less) > 0).toBe(less.machines > 0);
        expect(leastKeyMs(less) > 0).toBe(less.users > 0);
      }),
    );
  });
});

describe('the least calls', () => {
  it('are those of one look after the other in an empty account', () => {
    // Who and where, each regional kind in 17 regions and IAM twice, the incident, report and mail.
    const listed = allKinds.filter(({ scope, discover }) => scope === 'regional' && discover).length;
    expect(totalOf(leastCalls(NOBODY, 1, PROMPT))).toBe(2 + 2 * (listed * 17 + 2) + 4 + 4);
  });

  it('grow with machines, protection, users and runs, and shrink with bulk', () => {
    const least = (account: Workload, runs = 1) => totalOf(leastCalls(account, runs, PROMPT));
    fc.assert(
      fc.property(workload, fc.integer({ min: 1, max: 20_000 }), (less, more) => {
        expect(least({ ...less, machines: less.machines + more })).toBeGreaterThanOrEqual(least(less));
        expect(least({ ...less, users: less.users + more })).toBeGreaterThan(least(less));
        expect(least({ ...less, isProtected: true })).toBeGreaterThanOrEqual(least(less));
        expect(least(less, 2)).toBeGreaterThan(least(less));
        expect(totalOf(leastCalls(less, 1, COARSEST))).toBeLessThanOrEqual(least(less));
      }),
    );
  });
});

describe('a workload', () => {
  it('has all its machines in its regions, as evenly as can be', () => {
    fc.assert(
      fc.property(workload, (account) => {
        const counts = [...machinesByRegion(account).values()];
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(account.machines);
        const taken = account.spread === 'one region' ? counts.slice(0, 1) : counts;
        expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
