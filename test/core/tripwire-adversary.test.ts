import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLearnedPrices, priceOf } from '../../lambda/core/prices/prices.ts';
import { allowanceNotice } from '../../lambda/core/report/notices.ts';
import { granted, parseAllowances } from '../../lambda/core/tripwire/allowance.ts';
import { decideTick } from '../../lambda/core/tripwire/decision.ts';
import type { Running } from '../../lambda/core/tripwire/estimate.ts';
import { freshMemory, onAlert, parseMemory } from '../../lambda/core/tripwire/memory.ts';
import type { Sighting } from '../../lambda/core/tripwire/sighting.ts';
import { type Closure, HOURS_OF_A_MONTH } from '../../lambda/core/verdict/floor.ts';
import { LIMIT, machine, RULES, sighting } from './tripwire-input.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 20, 12);
const CAP = { usd: LIMIT / 2, hours: 24 };

/** The decision of a tick with a forged memory. */
function decided(forged: unknown, running: readonly Running[], more: Partial<Sighting> = {}) {
  const text = typeof forged === 'string' ? forged : JSON.stringify(forged);
  const { memory, problem } = parseMemory(text, NOW);
  return { ...decideTick(RULES, sighting(NOW, running, more), memory ?? freshMemory(NOW)), problem };
}
const written = (change: object = {}) => ({ ...freshMemory(NOW - 10 * DAY), writtenAt: NOW - 1, ...change });

describe('a forged memory', () => {
  /** In the home region: only the estimate distinguishes it from the owner's work. */
  const attack = [machine('us-east-1', 20, NOW - 6 * HOUR)];

  it.each([
    ['nothing', ''],
    ['half a document', '{"schemaVersion":1,"since":'],
    ['something else', '[]'],
    ['another version', written({ schemaVersion: 2 })],
    ['that it began in the future', written({ since: NOW + 400 * DAY })],
    ['that Budgets was read in the future', written({ actual: { usd: 0, at: NOW + 400 * DAY } })],
    ['that it has fired for a billion', written({ said: { limitUsd: LIMIT, firedAt: NOW, firedUsd: 1e9 } })],
    ['that it has fired for more', written({ said: { limitUsd: LIMIT, firedAt: NOW, firedUsd: 1e300 } })],
    ['that it has fired in the future', written({ said: { limitUsd: LIMIT, firedAt: NOW + DAY } })],
    [
      'that very high rates are usual',
      written({ samples: [{ at: NOW - 3 * DAY, rates: { 'us-east-1': 1e9 } }] }),
    ],
    ['rates without bounds', written({ samples: [{ at: NOW, rates: { a: 1.7e308, b: 1.7e308 } }] })],
    [
      'several rates at the same time',
      written({ samples: [1, 1, 1].map(() => ({ at: NOW - DAY, rates: { a: 1.7e308, b: 1.7e308 } })) }),
    ],
    ['samples in the future', written({ samples: [{ at: NOW + DAY, rates: { 'us-east-1': 20 } }] })],
    ['very many empty samples', written({ samples: manySamples(200_000) })],
    ['that the limit is 0', written({ said: { limitUsd: 0, warnedAt: NOW } })],
    ['that every signal is known', written({ signals: many(20_000), announced: many(20_000) })],
    ['an alert for ever', written({ alertUntil: NOW + 400 * DAY, alertText: 'x'.repeat(100_000) })],
  ])('(%s) cannot prevent a fire at twice the limit', (_, forged) => {
    const { verdict, estimate } = decided(forged, [machine('us-east-1', 20, NOW - 10.1 * HOUR)]);
    expect(verdict.level).toBe('fire');
    expect(estimate.usd).toBeGreaterThanOrEqual(202);
    expect(verdict.reasons.join().length).toBeLessThan(2_000);
  });

  it.each([
    ['that it began in the future', written({ since: NOW + 400 * DAY })],
    ['that Budgets was read in the future', written({ actual: { usd: 0, at: NOW + 400 * DAY } })],
    ['rates without bounds', written({ samples: [{ at: NOW, rates: { a: 1.7e308, b: 1.7e308 } }] })],
    ['that it has fired in the future', written({ said: { limitUsd: LIMIT, firedAt: NOW + DAY } })],
  ])('(%s) cannot prevent a fire when the estimate reaches the limit', (_, forged) => {
    expect(decided(forged, attack).verdict.level).toBe('fire');
  });

  it('counts as missing if it is larger than we ever write', () => {
    const { problem, verdict } = decided(written({ problems: ['x'.repeat(5_000_000)] }), attack);
    expect(problem).toMatch(/memory.json: it is 5.* MB long/);
    expect(verdict.level).toBe('fire');
  });

  it('is reported in one short line', () => {
    const { problem } = parseMemory(writtenWith('since', `\n\u202eDear owner, ${'x'.repeat(100_000)}`), NOW);
    expect(problem).toMatch(/^tripwire\/memory.json: /);
    expect(problem?.length).toBeLessThan(300);
    expect(problem).not.toMatch(/\n|\u202e/);
  });

  it('keeps an alert open for an hour at most', () => {
    const at = (alertUntil: number) =>
      onAlert(parseMemory(JSON.stringify(written({ alertUntil })), NOW).memory, NOW);
    expect(at(NOW + HOUR)).toBe(true);
    expect(at(NOW)).toBe(false);
    expect(at(NOW + HOUR + 1)).toBe(false);
    expect(at(8.64e15)).toBe(false);
  });

  it('does not lower the estimate if the budget is gone', () => {
    // Three dollars an hour for five days: no single day reaches the limit.
    const slow = [machine('us-east-1', 3, NOW - 5 * DAY)];
    const forged = written({ actual: { usd: 0, at: NOW } });
    const gone = { actualUsd: undefined, budgetIsLost: true };
    expect(decided(forged, slow, gone).verdict.level).toBe('fire');
    expect(decided(written({ actual: { usd: 70, at: NOW - DAY } }), [], gone).estimate.usd).toBe(70);
    // One failed call proves nothing: Budgets' last figure still counts.
    expect(decided(forged, slow, { actualUsd: undefined }).estimate.usd).toBeCloseTo(72);
  });

  it('and a closure in the future do not make it warn twice', () => {
    const closure: Closure = { closedAt: new Date(NOW + 400 * DAY).toISOString(), triggers: [] };
    const slow = [machine('us-east-1', 5, NOW - HOUR)];
    const first = decided(written(), slow, { closure });
    expect(first.verdict.level).toBe('warn');
    const next = sighting(NOW + 60_000, slow, { closure });
    expect(decideTick(RULES, next, first.memory).verdict.level).toBe('calm');
  });
});

describe('forged allowances', () => {
  const one = (change: object = {}) => ({
    ...{ id: 'a', usd: 10, region: 'eu-west-1', reason: 'work' },
    from: new Date(NOW - HOUR).toISOString(),
    until: new Date(NOW + HOUR).toISOString(),
    ...change,
  });
  const grantsOf = (...allowances: readonly object[]) => {
    const { allowances: read } = parseAllowances(JSON.stringify({ schemaVersion: 1, allowances }));
    return granted(read, CAP, NOW);
  };

  it.each([
    ['negative dollars', one({ usd: -50 })],
    ['zero dollars', one({ usd: 0 })],
    ['no dollars', one({ usd: null })],
    ['dollars as text', one({ usd: '50' })],
    ['no end', one({ until: 'for ever' })],
    ['no region', one({ region: '' })],
    ['an id with a line break', one({ id: 'a\nb' })],
  ])('with %s do not count, and neither do the others of the document', (_, forged) => {
    const text = JSON.stringify({ schemaVersion: 1, allowances: [one({ id: 'b' }), forged] });
    const { allowances, problem } = parseAllowances(text);
    expect(allowances).toEqual([]);
    expect(problem).toMatch(/^tripwire\/allowances.json: allowances\.1\./);
  });

  it('from the future or another month do not count, and none lasts beyond the cap', () => {
    const at = (ms: number) => new Date(ms).toISOString();
    expect(grantsOf(one({ from: at(NOW + 1), until: at(NOW + DAY) }))).toEqual([]);
    expect(grantsOf(one({ from: at(Date.UTC(2025, 11, 31)), until: at(NOW + DAY) }))).toEqual([]);
    const [grant] = grantsOf(one({ until: '+275760-09-13T00:00:00.000Z', usd: 1e300 }));
    expect(grant).toMatchObject({ usd: CAP.usd, until: NOW - HOUR + DAY });
  });

  it('by the thousand count as few, so that the owner is not flooded with mail', () => {
    const tiny = Array.from({ length: 20_000 }, (_, n) => one({ id: `a-${n}`, usd: 1e-9 }));
    expect(grantsOf(...tiny).length).toBeLessThanOrEqual(50);
  });

  it('with a known id are mailed again, and count once', () => {
    const [own] = grantsOf(one());
    const grants = grantsOf(one(), one({ region: 'ap-south-1', usd: 40 }));
    expect(grants).toHaveLength(1);
    const notice = (region: string) =>
      own && allowanceNotice('123456789012', { ...own, region }, 'begins').id;
    expect(notice('eu-west-1')).not.toBe(notice('ap-south-1'));
  });

  it('that are unreadable are reported in one short line', () => {
    const { problem } = parseAllowances(`{"schemaVersion":"${'x'.repeat(100_000)}\\n"}`);
    expect(problem?.length).toBeLessThan(300);
    expect(parseAllowances(' '.repeat(5_000_000)).problem).toMatch(/MB long/);
  });

  it('together with a forged fire raise the floor to twice the limit at most', () => {
    const grants = grantsOf(one({ usd: 50 }));
    const said = { limitUsd: LIMIT + 50, firedAt: NOW - 1, firedUsd: 1e9 };
    const closure = {
      closedAt: new Date(NOW - DAY).toISOString(),
      triggers: [],
      restoredUsd: { '2026-01': 190 },
    };
    const running = [machine('us-east-1', 20, NOW - 10.1 * HOUR)];
    const { verdict, floorUsd } = decided(written({ said }), running, { grants, closure });
    expect(floorUsd).toBe(2 * LIMIT);
    expect(verdict.level).toBe('fire');
  });
});

describe('forged prices', () => {
  const prices = (usdPerHour: unknown, type = 'p3.16xlarge') =>
    JSON.stringify({ schemaVersion: 1, regions: { 'us-east-1': { [type]: { at: NOW, usdPerHour } } } });

  it('of zero or less do not count', () => {
    for (const usd of [0, -1, null, '1', 1e-300]) {
      const { learned } = parseLearnedPrices(prices(usd));
      expect(priceOf('p3.16xlarge', 'us-east-1', 'on-demand', learned).usdPerHour).toBeGreaterThan(12);
    }
  });

  it('that cannot be read are reported in one short line', () => {
    const { problem } = parseLearnedPrices(prices(`\n${'x'.repeat(100_000)}`));
    expect(problem?.length).toBeLessThan(300);
    expect(parseLearnedPrices(' '.repeat(5_000_000)).problem).toMatch(/MB long/);
  });
});

describe('with anything written to the bucket', () => {
  const moment = fc.oneof(
    fc.integer({ min: 0, max: 8.64e15 }),
    fc.integer({ min: NOW - 20 * DAY, max: NOW + DAY }),
  );
  const dollars = fc.oneof(
    fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
    fc.double({ min: 0, max: 500, noNaN: true }),
  );
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const memory = fc.record({
    schemaVersion: fc.constant(1),
    since: moment,
    samples: fc.array(
      fc.record({
        at: moment,
        rates: fc.dictionary(fc.constantFrom('us-east-1', 'eu-west-1', 'a', '__proto__'), dollars),
      }),
      { maxLength: 6 },
    ),
    actual: optional(fc.record({ usd: dollars, at: moment })),
    said: optional(
      fc.record({
        limitUsd: fc.constantFrom(LIMIT, LIMIT + 50),
        warnedAt: optional(moment),
        firedAt: optional(moment),
        firedUsd: optional(dollars),
      }),
    ),
    alertUntil: optional(moment),
    estimateUsd: dollars,
  });
  const allowance = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    usd: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    from: fc.integer({ min: NOW - 40 * DAY, max: NOW + DAY }).map((at) => new Date(at).toISOString()),
    until: fc.integer({ min: NOW - DAY, max: NOW + 400 * DAY }).map((at) => new Date(at).toISOString()),
    reason: fc.constant(''),
  });
  const closure = fc.record({
    closedAt: moment.map((at) => new Date(at).toISOString()),
    triggers: fc.constant([]),
    restoredUsd: fc.dictionary(fc.constantFrom('2026-01', '9999-12'), dollars),
  });
  const attack = fc.record({
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    rate: fc.oneof(
      fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      fc.double({ min: 0.1, max: 0.2, noNaN: true }),
    ),
    /** Other spend, which Budgets knows. */
    elsewhereUsd: fc.double({ min: 0, max: 5 * LIMIT, noNaN: true }),
    hours: fc.integer({ min: 0, max: 18 * 24 * 60 }).map((minutes) => minutes / 60),
    /** The age of Budgets' figures, and whether they can be read. */
    ageHours: fc.integer({ min: 0, max: 24 }),
    budget: fc.constantFrom('read', 'lost'),
  });

  it('the estimate is at least the spend, and past twice the limit the pace of the budget holds', () => {
    void fc.assert(
      fc.property(
        fc.record({ memory, attack, allowances: fc.array(allowance), closure: optional(closure) }),
        (given) => {
          const { region, rate, hours, ageHours, budget, elsewhereUsd } = given.attack;
          const isRead = budget === 'read';
          const running = [machine(region, rate, NOW - hours * HOUR)];
          const spent = rate * hours + (isRead ? elsewhereUsd : 0);
          const grants = granted(given.allowances, CAP, NOW);
          const seen = isRead
            ? { actualUsd: elsewhereUsd + rate * Math.max(0, hours - ageHours) }
            : { actualUsd: undefined, budgetIsLost: true };
          const { verdict, estimate, floorUsd } = decided(given.memory, running, {
            ...seen,
            grants,
            closure: given.closure,
          });
          expect(estimate.usd).toBeGreaterThanOrEqual(spent * (1 - 1e-9));
          expect(floorUsd).toBeLessThanOrEqual(2 * LIMIT);
          if (spent >= 2 * LIMIT && rate > LIMIT / HOURS_OF_A_MONTH) expect(verdict.level).toBe('fire');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the memory that a tick writes can be read again', () => {
    void fc.assert(
      fc.property(fc.record({ memory, attack }), ({ memory: forged, attack: { region, rate, hours } }) => {
        const { memory: next } = decided(forged, [machine(region, rate, NOW - hours * HOUR)]);
        expect(parseMemory(JSON.stringify(next), NOW)).not.toHaveProperty('problem');
      }),
    );
  });
});

function manySamples(count: number) {
  return Array.from({ length: count }, () => ({ at: 1, rates: {} }));
}
function many(count: number) {
  return Array.from({ length: count }, (_, n) => `signal-${n}`);
}
function writtenWith(field: string, value: unknown) {
  return JSON.stringify({ ...written(), [field]: value });
}
