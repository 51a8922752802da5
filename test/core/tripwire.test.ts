import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { granted } from '../../lambda/core/tripwire/allowance.ts';
import { decideTick } from '../../lambda/core/tripwire/decision.ts';
import type { Running } from '../../lambda/core/tripwire/estimate.ts';
import { alerted, essence, freshMemory, type TripwireMemory } from '../../lambda/core/tripwire/memory.ts';
import type { Sighting } from '../../lambda/core/tripwire/sighting.ts';
import { HOURS_OF_A_MONTH } from '../../lambda/core/verdict/floor.ts';
import { LIMIT, machine, RULES, sighting } from './tripwire-input.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 10);

/** Ticks every five minutes; what runs, and what Budgets says, as functions of the time. */
function live(
  until: number,
  runs: (now: number) => readonly Running[],
  actual: (now: number) => number = () => 0,
  more: Partial<Sighting> = {},
) {
  let memory: TripwireMemory = freshMemory(START);
  const said: { at: number; level: string; reasons: readonly string[] }[] = [];
  for (let now = START; now <= until; now += 300_000) {
    const decision = decideTick(RULES, sighting(now, runs(now), { actualUsd: actual(now), ...more }), memory);
    memory = decision.memory;
    if (decision.verdict.level !== 'calm') said.push({ at: (now - START) / HOUR, ...decision.verdict });
  }
  return { memory, said };
}

const WEB = machine('us-east-1', 0.02, START - HOUR);

describe('the tripwire', () => {
  it('says nothing of an account that lives as it always did', () => {
    const { said, memory } = live(
      START + 72 * HOUR,
      () => [WEB],
      (now) => Math.floor((now - START) / (8 * HOUR)) * 0.16,
    );
    expect(said).toEqual([]);
    expect(memory.samples.length).toBeLessThanOrEqual(74);
  });

  it('has one thing an hour to write down, also when its memory is full', () => {
    const kept = 14 * 24;
    const full = Array.from({ length: kept }, (_, hour) => ({
      at: START - (kept - hour) * HOUR + 150_000,
      rates: { 'us-east-1': 0.02 },
    }));
    let memory = decideTick(RULES, sighting(START, [WEB]), {
      ...freshMemory(START - kept * HOUR),
      samples: full,
    }).memory;
    let changes = 0;
    for (let now = START; now < START + 12 * HOUR; now += 300_000) {
      const next = decideTick(RULES, sighting(now, [WEB]), memory).memory;
      if (essence(next) !== essence(memory)) changes += 1;
      memory = next;
    }
    expect(changes).toBe(12);
    expect(memory.samples).toHaveLength(kept);
  });

  it('fires at once at what runs outside the home regions and would exhaust the limit within six hours', () => {
    const since = START + 30 * HOUR;
    const { said } = live(since + HOUR / 2, (now) =>
      now >= since ? [WEB, machine('eu-west-1', 20, since)] : [WEB],
    );
    expect(said[0]).toMatchObject({ at: 30, level: 'fire' });
    expect(said[0]?.reasons.join(' ')).toMatch(
      /1 × c5.large in eu-west-1 for \$20.00 an hour outside your home regions/,
    );
  });

  it('fires at a burst at home that no sample resembles, and only warns of what is usual there', () => {
    const since = START + 48 * HOUR;
    const burst = (now: number) => (now >= since ? [WEB, machine('us-east-1', 20, since)] : [WEB]);
    expect(live(since + HOUR, burst).said[0]).toMatchObject({ at: 48, level: 'fire' });
    const old = machine('us-east-1', 2, START - 30 * 24 * HOUR);
    const { said } = live(
      START + HOUR,
      () => [old],
      () => 10,
    );
    expect(said.map(({ level }) => level)).toEqual(['warn']);
  });

  it('warns once, and no more than once, where more than six hours are left', () => {
    const since = START + 30 * HOUR;
    const until = since + 7 * HOUR;
    const gpus = (now: number) =>
      now >= since && now < until ? [WEB, machine('us-west-2', 4.85, since)] : [WEB];
    const { said } = live(until + 24 * HOUR, gpus);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ at: 30, level: 'warn' });
  });

  it('fires when its own estimate reaches the limit, though Budgets has seen nothing of it', () => {
    const since = START + 24 * HOUR;
    const mine = machine('us-east-1', 3, since, { spared: true });
    const { said } = live(
      since + 40 * HOUR,
      (now) => (now >= since ? [WEB, mine] : [WEB]),
      () => 0,
      {
        closure: undefined,
      },
    );
    expect(said.map(({ level }) => level)).toEqual(['warn', 'fire']);
    expect(said[1]?.at).toBeGreaterThan(24 + 32);
    expect(said[1]?.at).toBeLessThan(24 + 34);
  });

  it('counts what is gone already, which launch times do not tell', () => {
    const comesAndGoes = (now: number) => {
      const hour = Math.floor((now - START) / HOUR);
      return hour % 2 === 0 ? [WEB] : [WEB, machine('us-east-1', 12, START + hour * HOUR)];
    };
    const { said } = live(START + 24 * HOUR, comesAndGoes);
    expect(said.at(-1)?.level).toBe('fire');
  });

  it('fires once for a crossing, and again a quarter of the limit later', () => {
    const mine = machine('us-east-1', 3, START, { spared: true });
    const fires = live(START + 90 * HOUR, () => [mine]).said.filter(({ level }) => level === 'fire');
    expect(fires.map(({ at }) => Math.floor(at))).toEqual([33, 41, 50, 58, 66, 75, 83]);
  });

  it('past twice the limit lets run what keeps to the limit’s own pace, and nothing dearer', () => {
    const spent = () => 28 * LIMIT;
    const { said, memory } = live(START + 60 * HOUR, () => [WEB], spent);
    expect(said.map(({ level }) => level)).toEqual(['fire']);
    const later = START + 61 * HOUR;
    const judged = (running: readonly Running[], more: Partial<Sighting> = {}) =>
      decideTick(RULES, sighting(later, running, { actualUsd: spent(), ...more }), memory);
    expect(judged([WEB]).verdict.reasons.join()).toMatch(/keeps to the limit’s own pace of \$0.14 an hour/);
    const dear = machine('us-east-1', 0.15, START - HOUR);
    expect(judged([WEB, { ...dear, spared: true }]).verdict.level).toBe('calm');
    expect(judged([WEB, dear]).verdict).toMatchObject({ level: 'fire' });
    expect(judged([WEB, dear]).verdict.reasons.join()).toMatch(/for \$0.17 an hour/);
    // The same machines, summed by region, differ in the last digit: nothing of that is unseen.
    const many = [0.7, 0.1, 0.3].map((rate, at) =>
      machine(at === 1 ? 'eu-west-1' : 'us-east-1', rate, later - HOUR),
    );
    expect(judged(many).verdict.reasons).toHaveLength(2);
    // What ran in a region that does not answer is taken to run on, and to be nobody’s.
    const seenBefore = { ...memory, samples: [{ at: later - HOUR, rates: { 'eu-west-1': 1 } }] };
    const unseen = sighting(later, [WEB], { actualUsd: spent(), gaps: [{ region: 'eu-west-1' }] });
    expect(decideTick(RULES, unseen, seenBefore).verdict.level).toBe('fire');
  });

  it('lets a restore stand, however far past the limit the month is', () => {
    const spent = 28 * LIMIT;
    const fired = decideTick(
      RULES,
      sighting(START, [], { actualUsd: spent }),
      freshMemory(START - 48 * HOUR),
    );
    const closure = { closedAt: new Date(START + HOUR).toISOString(), triggers: [], spendUsd: spent };
    for (let now = START + 2 * HOUR, { memory } = fired; now < START + 200 * HOUR; now += HOUR) {
      const decision = decideTick(RULES, sighting(now, [WEB], { actualUsd: spent, closure }), memory);
      expect(decision.verdict.level).toBe('calm');
      memory = decision.memory;
    }
  });

  it('tells one fire from the next: repeated until a quarter more is spent, or a day has gone by', () => {
    const dear = machine('us-east-1', 1, START - HOUR);
    let { memory } = decideTick(
      RULES,
      sighting(START, [dear], { actualUsd: 28 * LIMIT }),
      freshMemory(START - 48 * HOUR),
    );
    const repeated: boolean[] = [];
    for (let now = START + HOUR; now <= START + 26 * HOUR; now += HOUR) {
      const decision = decideTick(RULES, sighting(now, [dear], { actualUsd: 28 * LIMIT }), memory);
      expect(decision.verdict.level).toBe('fire');
      repeated.push(decision.repeated);
      memory = decision.memory;
    }
    // $25 at $1 an hour come after a day has.
    expect(repeated.flatMap((each, at) => (each ? [] : [at + 1]))).toEqual([24]);
  });

  it('begins anew with a new month', () => {
    const decision = (memory: TripwireMemory, now: number, actualUsd: number) =>
      decideTick(RULES, sighting(now, [WEB], { actualUsd }), memory);
    const lastDay = Date.UTC(2026, 0, 31, 23, 55);
    const fired = decision(freshMemory(lastDay - 48 * HOUR), lastDay, 130);
    expect(fired.verdict.level).toBe('fire');
    // Budgets has not looked at February yet.
    const after = decision(fired.memory, lastDay + 600_000, 130);
    expect(after.verdict.level).toBe('calm');
    expect(after.estimate.usd).toBeLessThan(1);
  });

  it('believes Budgets where it says more, and counts on from there', () => {
    const { memory } = live(
      START + HOUR,
      () => [WEB],
      () => 90,
    );
    const later = decideTick(
      RULES,
      sighting(START + 2 * HOUR, [machine('us-east-1', 6, START + HOUR)], { actualUsd: 95 }),
      memory,
    );
    expect(later.verdict).toMatchObject({ level: 'fire' });
    expect(later.verdict.reasons[0]).toMatch(/Budgets said \$95.00/);
  });

  it('takes a region that does not answer for what it was', () => {
    const far = machine('eu-west-1', 20, START);
    const { memory } = live(START, () => [WEB, far]);
    const unseen = decideTick(
      RULES,
      sighting(START + HOUR, [WEB], { gaps: [{ region: 'eu-west-1' }] }),
      memory,
    );
    expect(unseen.usdPerHour).toBeCloseTo(20.02);
  });

  it('does not suspect what is on the allowlist', () => {
    const spared = machine('eu-west-1', 20, START + HOUR, { spared: true });
    const { said } = live(START + 2 * HOUR, (now) => (now >= START + HOUR ? [WEB, spared] : [WEB]));
    expect(said.map(({ level }) => level)).toEqual(['warn']);
  });

  it('suspects everything new, a day ahead, while a signal is open', () => {
    const { memory } = live(START + 26 * HOUR, () => [WEB]);
    const now = START + 26 * HOUR + 60_000;
    const running = [WEB, machine('us-east-1', 4.5, now)];
    const signal = { id: 's-1', text: 'GuardDuty has seen mining' };
    expect(decideTick(RULES, sighting(now, running), memory).verdict.level).toBe('warn');
    const alert = decideTick(RULES, sighting(now, running), alerted(memory, [signal], now));
    expect(alert.verdict.level).toBe('fire');
    expect(alert.verdict.reasons).toContain('GuardDuty has seen mining');
    expect(decideTick(RULES, sighting(now, [WEB]), alerted(memory, [signal], now)).verdict.level).toBe(
      'calm',
    );
  });

  it('lets an allowance raise the limit and cover its region, until its dollars are used up', () => {
    const since = START + 30 * HOUR;
    const grant = {
      id: 'a',
      region: 'us-west-2',
      usd: 60,
      from: since - HOUR,
      until: since + 20 * HOUR,
      reason: 'training',
    };
    const jobs = (now: number) => (now >= since ? [WEB, machine('us-west-2', 20, since)] : [WEB]);
    expect(live(since + HOUR, jobs).said[0]).toMatchObject({ level: 'fire', at: 30 });
    const allowed = live(since + 9 * HOUR, jobs, () => 0, { grants: [grant] }).said;
    expect(allowed[0]).toMatchObject({ level: 'warn', at: 30 });
    // $60 are used up after three hours; a rate that ends it within six hours is suspect from then on.
    expect(allowed.find(({ level }) => level === 'fire')?.at).toBe(33);
  });
});

describe('properties of the tripwire', () => {
  const anything = fc.record({
    rate: fc.double({ min: 0, max: 5_000, noNaN: true }),
    hours: fc.integer({ min: 0, max: 700 }),
    actual: fc.double({ min: 0, max: 1_000, noNaN: true }),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    forged: fc.record({
      samples: fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: START + HOUR }),
          rates: fc.dictionary(
            fc.constantFrom('us-east-1', 'eu-west-1'),
            fc.double({ min: 0, max: 1e6, noNaN: true }),
          ),
        }),
        { maxLength: 5 },
      ),
      firedUsd: fc.double({ min: 0, max: 1e9, noNaN: true }),
    }),
  });

  it('past twice the limit fires at all that outruns it, whatever somebody wrote into its memory', () => {
    void fc.assert(
      fc.property(anything, ({ rate, hours, forged, region }) => {
        fc.pre(rate > LIMIT / HOURS_OF_A_MONTH);
        const now = START + HOUR;
        const memory: TripwireMemory = {
          ...freshMemory(0),
          samples: forged.samples,
          said: { limitUsd: LIMIT, firedAt: now - 1, firedUsd: forged.firedUsd, warnedAt: now - 1 },
        };
        const running = [machine(region, rate, now - hours * HOUR)];
        const { verdict } = decideTick(RULES, sighting(now, running, { actualUsd: 2 * LIMIT }), memory);
        expect(verdict.level).toBe('fire');
      }),
    );
  });

  it('never estimates less than Budgets says, and never decides twice in a different way', () => {
    void fc.assert(
      fc.property(anything, ({ rate, hours, actual, region }) => {
        const now = START + HOUR;
        const seen = sighting(now, [machine(region, rate, now - hours * HOUR)], { actualUsd: actual });
        const once = decideTick(RULES, seen, freshMemory(START));
        expect(once.estimate.usd).toBeGreaterThanOrEqual(actual);
        expect(decideTick(RULES, seen, freshMemory(START))).toEqual(once);
      }),
    );
  });

  it('never lets allowances come to more than their cap, however many somebody writes', () => {
    const one = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      usd: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      region: fc.constantFrom('us-east-1', 'eu-west-1'),
      from: fc
        .integer({ min: START - 40 * 24 * HOUR, max: START + HOUR })
        .map((at) => new Date(at).toISOString()),
      until: fc.integer({ min: START - HOUR, max: START + 1e10 }).map((at) => new Date(at).toISOString()),
      reason: fc.constant('…'),
    });
    void fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), (allowances) => {
        const grants = granted(allowances, { usd: 50, hours: 24 }, START);
        expect(grants.reduce((sum, { usd }) => sum + usd, 0)).toBeLessThanOrEqual(50 + 1e-9);
        for (const { from, until } of grants) expect(until - from).toBeLessThanOrEqual(24 * HOUR);
      }),
    );
  });
});

describe('of several kinds that bill', () => {
  const now = START + HOUR;
  const samples = (kinds: Record<string, Record<string, number>>, rates: Record<string, number>) => ({
    ...freshMemory(START),
    samples: [{ at: START, rates, kinds }],
  });
  const fargate = machine('eu-west-1', 3, START, { kind: 'ecs-task', id: 'task' });

  it('the sample says what each of them costs, and only then', () => {
    const both = decideTick(RULES, sighting(now, [WEB, fargate]), freshMemory(START));
    expect(both.memory.samples.at(-1)).toMatchObject({
      rates: { 'us-east-1': WEB.usdPerHour, 'eu-west-1': 3 },
      kinds: { 'ec2-instance': { 'us-east-1': WEB.usdPerHour }, 'ecs-task': { 'eu-west-1': 3 } },
    });
    const one = decideTick(RULES, sighting(now, [WEB]), freshMemory(START));
    expect(one.memory.samples.at(-1)).not.toHaveProperty('kinds');
  });

  it('one that could not be seen in a region is taken to cost what it did, beside what was seen of another', () => {
    const known = samples(
      { 'ec2-instance': { 'eu-west-1': 2 }, 'ecs-task': { 'eu-west-1': 3 } },
      { 'eu-west-1': 5 },
    );
    const machines = machine('eu-west-1', 5, START);
    const gaps = [{ kind: 'ecs-task', region: 'eu-west-1' }];
    expect(decideTick(RULES, sighting(now, [machines], { gaps }), known).usdPerHour).toBeCloseTo(8);
    expect(decideTick(RULES, sighting(now, [machines]), known).usdPerHour).toBeCloseTo(5);
  });

  it('what ran in a region that nobody listed is remembered when it is listed, and still a gap', () => {
    const before = samples({}, { 'us-east-1': 1, 'me-south-1': 10 });
    const { kinds: _, ...bare } = before.samples[0] ?? { at: START, rates: {} };
    const unlisted = sighting(now, [machine('us-east-1', 1, START)], { gaps: [{ region: 'me-south-1' }] });
    const first = decideTick(RULES, unlisted, { ...before, samples: [bare] });
    expect(first.usdPerHour).toBeCloseTo(11);
    const gaps = [{ kind: 'ec2-instance', region: 'me-south-1' }];
    const second = sighting(now + HOUR, [machine('us-east-1', 1, START)], { gaps });
    expect(decideTick(RULES, second, first.memory).usdPerHour).toBeCloseTo(11);
    const seen = sighting(now + HOUR, [machine('us-east-1', 1, START)]);
    expect(decideTick(RULES, seen, first.memory).usdPerHour).toBeCloseTo(1);
  });

  it.each([
    ['is seen by now', { any: { 'eu-west-1': 1 } }, { 'eu-west-1': 1 }, 1],
    ['ran beside it', { any: { 'eu-west-1': 1 }, 'ec2-instance': { 'eu-west-1': 1 } }, { 'eu-west-1': 2 }, 2],
  ])(
    'what was nobody’s counts once where it %s, while another kind is a gap',
    (_, kinds, rates, expected) => {
      const gaps = [{ kind: 'ecs-task', region: 'eu-west-1' }];
      const seen = sighting(now, [machine('eu-west-1', 1, START)], { gaps });
      expect(decideTick(RULES, seen, samples(kinds, rates)).usdPerHour).toBeCloseTo(expected);
    },
  );

  it('however many gaps there are, what ran there counts once', () => {
    const bare = { ...freshMemory(START), samples: [{ at: START, rates: { 'eu-west-1': 1 } }] };
    const gaps = Array.from({ length: 36 }, (_, n) => ({ kind: `kind-${n}`, region: 'eu-west-1' }));
    expect(decideTick(RULES, sighting(now, [], { gaps }), bare).usdPerHour).toBeCloseTo(1);
    const denied = sighting(now, [machine('eu-west-1', 1, START)], { gaps: gaps.slice(0, 1) });
    expect(decideTick(RULES, denied, bare).usdPerHour).toBeCloseTo(1);
  });
});
