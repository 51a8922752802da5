import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compared, type Exposures, remembering } from '../../lambda/core/tripwire/exposures.ts';
import { afterPoll, isDealtWith } from '../../lambda/core/tripwire/handled.ts';
import { alerted, freshMemory, memoryDocument, parseMemory } from '../../lambda/core/tripwire/memory.ts';

const NOW = Date.UTC(2026, 0, 20, 12);
const DAY = 24 * 3_600_000;
const many = (count: number, prefix = 'user') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
const users = (known: Exposures) => known.map(({ user }) => user);
const quarantine = (user: string) =>
  ({
    ...{ kind: 'exposed-key', id: `quarantined:${user}`, at: new Date(NOW).toISOString(), region: 'global' },
    ...{ text: 'a key is public', accessKeyIds: [], users: [user], isQuarantine: true },
  }) as const;

describe('users who were locked out for an exposed key', () => {
  const owner = remembering([], ['Owner'], { isSeen: true, now: NOW });

  it('stay remembered through any number of other signals', () => {
    const signals = many(500).map((id) => ({ kind: 'activity', id, text: id }) as const);
    const memory = alerted({ ...freshMemory(NOW), exposures: owner }, signals, NOW);
    expect(isDealtWith(memory, quarantine('owner'))).toBe(true);
    expect(isDealtWith(memory, quarantine('mallory'))).toBe(false);
  });

  it('are not believed from the ring of ids, but in a dry run, where they are reported once', () => {
    const memory = { ...freshMemory(NOW), signals: ['quarantined:ci'] };
    expect(isDealtWith(memory, quarantine('ci'))).toBe(false);
    expect(isDealtWith(memory, quarantine('ci'), true)).toBe(true);
  });

  it('are remembered until a whole list of users shows that the quarantine is gone', () => {
    const memory = { ...freshMemory(NOW), exposures: owner };
    const at = NOW + 100 * DAY;
    expect(users(afterPoll(memory, [{ user: 'OWNER' }], at).exposures)).toEqual(['owner']);
    expect(users(afterPoll(memory, undefined, at).exposures)).toEqual(['owner']);
    expect(users(afterPoll(memory, [{ user: 'other' }], NOW).exposures)).toEqual([]);
  });

  it('stay for a day where only an event has named them: AWS may attach its policy later', () => {
    const told = remembering([], ['ci'], { isSeen: false, now: NOW });
    expect(users(compared(told, [], NOW + DAY - 1))).toEqual(['ci']);
    expect(compared(told, [], NOW + DAY)).toEqual([]);
    const seen = compared(told, ['ci'], NOW + 3_600_000);
    expect(compared(seen, [], NOW + 7_200_000)).toEqual([]);
  });

  it('are never pushed out, and what events name cannot take the room of others', () => {
    const forged = remembering(owner, many(10_000, 'forged'), { isSeen: false, now: NOW });
    expect(forged.length).toBeLessThanOrEqual(101);
    const all = remembering(forged, many(10_000), { isSeen: true, now: NOW });
    expect(users(all)).toContain('owner');
    expect(all.filter(({ isSeen }) => isSeen)).toHaveLength(5_000);
    const text = memoryDocument({
      ...freshMemory(NOW),
      exposures: all.map((each) => ({ ...each, user: each.user.padEnd(64, 'x') })),
    });
    expect(text.length).toBeLessThan(700_000);
    expect(parseMemory(text, NOW)).toMatchObject({ memory: { exposures: { length: all.length } } });
  });

  it.each([
    ['too many', many(5_101).map((user) => ({ user, at: NOW, isSeen: true }))],
    ['a name with a line break', [{ user: 'a\nb', at: NOW, isSeen: true }]],
    ['no list', {}],
  ])('%s make the document unreadable, which the owner hears of', (_, exposures) => {
    const { memory, problem } = parseMemory(JSON.stringify({ ...freshMemory(NOW), exposures }), NOW);
    expect(memory).toBeUndefined();
    expect(problem).toMatch(/^tripwire\/memory.json: exposures/);
  });

  it('are forgotten in time, however far in the future a forged entry lies', () => {
    const forged = { ...freshMemory(NOW), exposures: [{ user: 'ci', at: 8e15, isSeen: false }] };
    const { memory } = parseMemory(JSON.stringify(forged), NOW);
    expect(memory?.exposures).toEqual([{ user: 'ci', at: NOW, isSeen: false }]);
  });
});

it('whatever happens, a user with a quarantine who was remembered is remembered', () => {
  const names = fc.constantFrom('owner', 'ci', 'eve', ...many(4));
  const step = fc.oneof(
    fc.record({ told: fc.array(names, { maxLength: 3 }) }),
    fc.record({ seen: fc.array(names, { maxLength: 3 }) }),
    fc.record({ list: fc.array(names, { maxLength: 4 }) }),
    fc.record({ hours: fc.integer({ min: 1, max: 400 }) }),
  );
  void fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let now = NOW;
      let known = remembering([], ['owner'], { isSeen: true, now });
      for (const each of steps) {
        if ('told' in each) known = remembering(known, each.told, { isSeen: false, now });
        if ('seen' in each) known = remembering(known, each.seen, { isSeen: true, now });
        if ('list' in each) known = compared(known, [...each.list, 'owner'], now);
        if ('hours' in each) now += each.hours * 3_600_000;
        expect(users(known)).toContain('owner');
        expect(new Set(users(known)).size).toBe(known.length);
      }
    }),
  );
});
