import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { granted } from '../../lambda/core/tripwire/allowance.ts';
import { decideTick } from '../../lambda/core/tripwire/decision.ts';
import type { Running } from '../../lambda/core/tripwire/estimate.ts';
import {
  alerted,
  essence,
  freshMemory,
  keepsPace,
  onAlert,
  type TripwireMemory,
} from '../../lambda/core/tripwire/memory.ts';
import { estimatesIn } from '../../lambda/core/tripwire/memory-by-month.ts';
import type { Sighting } from '../../lambda/core/tripwire/sighting.ts';
import { HOURS_OF_A_MONTH } from '../../lambda/core/verdict/floor.ts';
import { LIMIT, machine, RULES, sighting } from './tripwire-input.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 10);

/** Ticks every five minutes and returns the verdicts that are not calm. `runs` and `actual` take the time. */
function simulate(
  until: number,
  runs: (now: number) => readonly Running[],
  actual: (now: number) => number = () => 0,
  more: Partial<Sighting> = {},
) {
  let memory: TripwireMemory = freshMemory(START);
  const verdicts: { at: number; level: string; reasons: readonly string[] }[] = [];
  for (let now = START; now <= until; now += 300_000) {
    const decision = decideTick(RULES, sighting(now, runs(now), { actualUsd: actual(now), ...more }), memory);
    memory = decision.memory;
    if (decision.verdict.level !== 'calm') verdicts.push({ at: (now - START) / HOUR, ...decision.verdict });
  }
  return { memory, verdicts };
}

/** Budgets' figure of what runs since then at so many dollars an hour, as late as it can be. */
const late = (usdPerHour: number, since: number) => (now: number) =>
  usdPerHour * Math.max(0, (now - 24 * HOUR - since) / HOUR);

const WEB = machine('us-east-1', 0.02, START - HOUR);

describe('the tripwire', () => {
  it('stays calm about an account with its usual spend', () => {
    const { verdicts, memory } = simulate(
      START + 72 * HOUR,
      () => [WEB],
      (now) => Math.floor((now - START) / (8 * HOUR)) * 0.16,
    );
    expect(verdicts).toEqual([]);
    expect(memory.samples.length).toBeLessThanOrEqual(74);
  });

  it('changes its memory once an hour, also when the memory is full', () => {
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

  it('fires at once if what runs outside the home regions would reach the limit within six hours', () => {
    const since = START + 30 * HOUR;
    const { verdicts } = simulate(since + HOUR / 2, (now) =>
      now >= since ? [WEB, machine('eu-west-1', 20, since)] : [WEB],
    );
    expect(verdicts[0]).toMatchObject({ at: 30, level: 'fire' });
    expect(verdicts[0]?.reasons.join(' ')).toMatch(
      /1 × c5.large in eu-west-1 for \$20.00 an hour outside your home regions/,
    );
  });

  it('fires at a sudden rise in a home region, and only warns of a usual rate there', () => {
    const since = START + 48 * HOUR;
    const suddenRise = (now: number) => (now >= since ? [WEB, machine('us-east-1', 20, since)] : [WEB]);
    expect(simulate(since + HOUR, suddenRise).verdicts[0]).toMatchObject({ at: 48, level: 'fire' });
    const old = machine('us-east-1', 2, START - 30 * 24 * HOUR);
    const { verdicts } = simulate(
      START + HOUR,
      () => [old],
      () => 10,
    );
    expect(verdicts.map(({ level }) => level)).toEqual(['warn']);
  });

  it('warns exactly once if more than six hours are left', () => {
    const since = START + 30 * HOUR;
    const until = since + 7 * HOUR;
    const gpus = (now: number) =>
      now >= since && now < until ? [WEB, machine('us-west-2', 4.85, since)] : [WEB];
    const { verdicts } = simulate(until + 24 * HOUR, gpus);
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]).toMatchObject({ at: 30, level: 'warn' });
  });

  it('fires when its own estimate reaches the limit, although Budgets is a day late', () => {
    const since = START + 24 * HOUR;
    const mine = machine('us-east-1', 3, since, { isExempt: true });
    const { verdicts } = simulate(
      since + 40 * HOUR,
      (now) => (now >= since ? [WEB, mine] : [WEB]),
      late(3, since),
    );
    expect(verdicts.map(({ level }) => level)).toEqual(['warn', 'fire']);
    expect(verdicts[1]?.at).toBeGreaterThan(24 + 32);
    expect(verdicts[1]?.at).toBeLessThan(24 + 34);
  });

  it('counts what is already gone, which launch times do not show', () => {
    const comesAndGoes = (now: number) => {
      const hour = Math.floor((now - START) / HOUR);
      return hour % 2 === 0 ? [WEB] : [WEB, machine('us-east-1', 12, START + hour * HOUR)];
    };
    const { verdicts } = simulate(START + 24 * HOUR, comesAndGoes);
    expect(verdicts.at(-1)?.level).toBe('fire');
  });

  it('fires once for a crossing, and again a quarter of the limit later', () => {
    const mine = machine('us-east-1', 3, START, { isExempt: true });
    const fires = simulate(START + 90 * HOUR, () => [mine], late(3, START)).verdicts.filter(
      ({ level }) => level === 'fire',
    );
    expect(fires.map(({ at }) => Math.floor(at))).toEqual([33, 41, 50, 58, 66, 75, 83]);
  });

  it('past twice the limit tolerates the pace of the limit, and nothing faster', () => {
    const spent = () => 28 * LIMIT;
    const { verdicts, memory } = simulate(START + 60 * HOUR, () => [WEB], spent);
    expect(verdicts.map(({ level }) => level)).toEqual(['fire']);
    const later = START + 61 * HOUR;
    const judged = (running: readonly Running[], more: Partial<Sighting> = {}) =>
      decideTick(RULES, sighting(later, running, { actualUsd: spent(), ...more }), memory);
    expect(judged([WEB]).verdict.reasons.join()).toMatch(
      /stays within the pace of the limit, \$0.14 an hour/,
    );
    const dear = machine('us-east-1', 0.15, START - HOUR);
    expect(judged([WEB, { ...dear, isExempt: true }]).verdict.level).toBe('calm');
    expect(judged([WEB, dear]).verdict).toMatchObject({ level: 'fire' });
    expect(judged([WEB, dear]).verdict.reasons.join()).toMatch(/for \$0.17 an hour/);
    // Sums by region differ in the last digit: that must not look like a gap's rate.
    const many = [0.7, 0.1, 0.3].map((rate, at) =>
      machine(at === 1 ? 'eu-west-1' : 'us-east-1', rate, later - HOUR),
    );
    expect(judged(many).verdict.reasons).toHaveLength(2);
    // What ran in a gap is assumed to run still, and not to be exempt.
    const seenBefore = { ...memory, samples: [{ at: later - HOUR, rates: { 'eu-west-1': 1 } }] };
    const unseen = sighting(later, [WEB], { actualUsd: spent(), gaps: [{ region: 'eu-west-1' }] });
    expect(decideTick(RULES, unseen, seenBefore).verdict.level).toBe('fire');
  });

  it('respects a restore, however far past the limit the month is', () => {
    const spent = 28 * LIMIT;
    const fired = decideTick(
      RULES,
      sighting(START, [], { actualUsd: spent }),
      freshMemory(START - 48 * HOUR),
    );
    const closedAt = new Date(START + HOUR).toISOString();
    const closure = { closedAt, triggers: [], restoredUsd: { '2026-01': spent } };
    for (let now = START + 2 * HOUR, { memory } = fired; now < START + 200 * HOUR; now += HOUR) {
      const decision = decideTick(RULES, sighting(now, [WEB], { actualUsd: spent, closure }), memory);
      expect(decision.verdict.level).toBe('calm');
      memory = decision.memory;
    }
  });

  it('holds the floor of a fire after a restore, also where a new figure takes the estimate below the limit', () => {
    const mine = machine('us-east-1', 0.5, START - 40 * HOUR);
    const fired = decideTick(
      RULES,
      sighting(START, [mine], { actualUsd: 89 }),
      freshMemory(START - 48 * HOUR),
    );
    expect([fired.verdict.level, fired.estimate.usd]).toEqual(['fire', 101]);
    const closedAt = new Date(START + HOUR).toISOString();
    const closure = { closedAt, triggers: [], restoredUsd: { '2026-01': 98 } };
    const lookAt = (hours: number, actualUsd: number, memory: TripwireMemory) =>
      decideTick(RULES, sighting(START + hours * HOUR, [mine], { actualUsd, closure }), memory);
    const restored = lookAt(1.1, 87, fired.memory);
    expect(restored.verdict.level).toBe('calm');
    const again = lookAt(10, 95, restored.memory);
    expect([again.verdict.level, again.floorUsd]).toEqual(['calm', 126]);
    expect(lookAt(20, 115, again.memory).verdict.level).toBe('fire');
  });

  it('marks a fire as repeated until a quarter more is spent, or a day has passed', () => {
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
    // At $1 an hour, $25 take longer than a day.
    expect(repeated.flatMap((each, at) => (each ? [] : [at + 1]))).toEqual([24]);
  });

  it('believes a figure of Budgets that does not move: free tier and reservations cost nothing', () => {
    const rules = { ...RULES, limitUsd: 1 };
    const micro = machine('us-east-1', 0.0104, START);
    let memory = freshMemory(START);
    const levels = new Set<string>();
    for (let now = START; now < START + 60 * 24 * HOUR; now += HOUR) {
      // A call that fails now and then is no reason to count two months at the list price.
      const failed = Math.floor((now - START) / HOUR) % 7 === 0;
      const seen = sighting(now, [micro], { actualUsd: failed ? undefined : 0 });
      const decision = decideTick(rules, seen, memory);
      memory = decision.memory;
      levels.add(decision.verdict.level);
      expect(decision.estimate.usd).toBeLessThan(0.3);
    }
    expect([...levels]).toEqual(['calm']);
  });

  it('starts again with a new month', () => {
    const decision = (memory: TripwireMemory, now: number, actualUsd: number) =>
      decideTick(RULES, sighting(now, [WEB], { actualUsd }), memory);
    const lastDay = Date.UTC(2026, 0, 31, 23, 55);
    const fired = decision(freshMemory(lastDay - 48 * HOUR), lastDay, 130);
    expect(fired.verdict.level).toBe('fire');
    // Budgets still shows January's figure.
    const after = decision(fired.memory, lastDay + 600_000, 130);
    expect(after.verdict.level).toBe('calm');
    expect(after.estimate.usd).toBeLessThan(1);
  });

  describe('at the turn of a month', () => {
    const FEBRUARY = Date.UTC(2026, 1, 1);
    /** Ticks each hour from the last day of January on, with what Budgets shows then. */
    const through = (
      shown: (hours: number) => number | undefined,
      until = 72,
      more: (hours: number) => Partial<Sighting> = () => ({}),
    ) => {
      let memory: TripwireMemory = freshMemory(FEBRUARY - 20 * 24 * HOUR);
      return Array.from({ length: until + 24 }, (_, index) => {
        const hours = index - 24;
        const seen = sighting(FEBRUARY + hours * HOUR, [WEB], { actualUsd: shown(hours), ...more(hours) });
        const decision = decideTick(RULES, seen, memory);
        memory = decision.memory;
        return { hours, level: decision.verdict.level, usd: decision.estimate.usd };
      });
    };

    it("takes no figure for this month's that may still be last month's", () => {
      for (const shown of [
        // Refreshed in the night of the turn; read for the first time then; late for two days.
        (hours: number) => (hours < 3 ? 96 : hours < 16 ? 98 : 0.2),
        (hours: number) => (hours < 2 ? undefined : hours < 16 ? 98 : 0.2),
        (hours: number) => (hours < 52 ? 98 : 0.9),
        // No read from January on until after the first day: the figure may have come at any time meanwhile.
        (hours: number) => (hours < -4 ? 96 : hours < 26 ? undefined : hours < 32 ? 98 : 0.9),
      ])
        for (const { level, usd, hours } of through(shown)) {
          expect(level).toBe('calm');
          if (hours >= 0) expect(usd).toBeLessThan(2);
        }
    });

    it("takes it for this month's as soon as that is certain", () => {
      const spent = through((hours) => (hours < 8 ? 98 : hours < 30 ? 5 : 101));
      expect(spent.find(({ level }) => level === 'fire')?.hours).toBe(30);
      expect(
        through((hours) => (hours < 8 ? 98 : 105), 80).find(({ level }) => level === 'fire')?.hours,
      ).toBe(72);
    });

    it('keeps the last estimate of the month before, which a restore may be about', () => {
      const memory = { ...freshMemory(FEBRUARY - HOUR), estimateUsd: 55, writtenAt: FEBRUARY - HOUR };
      const { memory: next } = decideTick(RULES, sighting(FEBRUARY + HOUR, [WEB]), memory);
      expect(next.lastMonth).toEqual({ month: '2026-01', usd: 55 });
      const written = { ...next, writtenAt: FEBRUARY + HOUR };
      expect(estimatesIn(written)).toEqual({ '2026-01': 55, '2026-02': next.estimateUsd });
      const later = decideTick(RULES, sighting(FEBRUARY + 2 * HOUR, [WEB]), written).memory;
      expect(later.lastMonth).toEqual({ month: '2026-01', usd: 55 });
    });

    it('knows no floor of another month', () => {
      const closure = {
        closedAt: new Date(FEBRUARY - 12 * HOUR).toISOString(),
        triggers: [],
        restoredUsd: { '2026-01': 140 },
      };
      const spent = through(
        (hours) => (hours < 8 ? 140 : hours < 30 ? 5 : 120),
        40,
        () => ({ closure }),
      );
      expect(spent.find(({ level }) => level === 'fire')?.hours).toBe(30);
    });

    it('lets an allowance cover its work in both months', () => {
      const from = FEBRUARY - 6 * HOUR;
      const [grant] = granted(
        [
          {
            ...{ id: 'a', region: 'us-west-2', usd: 45, reason: 'training' },
            from: new Date(from).toISOString(),
            until: new Date(from + 14 * HOUR).toISOString(),
          },
        ],
        { usd: 50, hours: 24 },
        FEBRUARY + HOUR,
      );
      expect(grant).toMatchObject({ usd: 45, until: from + 14 * HOUR });
    });
  });

  it("takes Budgets' figure if that is higher, and adds to it what ran since", () => {
    const { memory } = simulate(
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

  it('assumes that a region in a gap still costs what it did', () => {
    const far = machine('eu-west-1', 20, START);
    const { memory } = simulate(START, () => [WEB, far]);
    const unseen = decideTick(
      RULES,
      sighting(START + HOUR, [WEB], { gaps: [{ region: 'eu-west-1' }] }),
      memory,
    );
    expect(unseen.usdPerHour).toBeCloseTo(20.02);
  });

  it('does not suspect what is exempt', () => {
    const exempt = machine('eu-west-1', 20, START + HOUR, { isExempt: true });
    const { verdicts } = simulate(START + 2 * HOUR, (now) => (now >= START + HOUR ? [WEB, exempt] : [WEB]));
    expect(verdicts.map(({ level }) => level)).toEqual(['warn']);
  });

  it('suspects everything new, a day ahead, while a signal is open', () => {
    const { memory } = simulate(START + 26 * HOUR, () => [WEB]);
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

  describe('after an act in CloudTrail, which may be the owner’s own,', () => {
    const { memory } = simulate(START + 26 * HOUR, () => [WEB]);
    const now = START + 26 * HOUR + 60_000;
    const act = { kind: 'activity', id: 'a-1', text: 'The role deploy has launched 1 instance.' } as const;
    const threat = { kind: 'threat', id: 't-1', text: 'GuardDuty has seen mining' } as const;
    const running = [WEB, machine('us-east-1', 4.5, now)];
    const decided = (known: TripwireMemory) => decideTick(RULES, sighting(now, running), known);

    it('looks each minute for an hour, suspects nothing more, and looks no further ahead', () => {
      const after = alerted(memory, [act], now);
      expect(decided(after).verdict).toEqual(decided(memory).verdict);
      expect(decided(after).verdict.level).toBe('warn');
      expect([0, HOUR - 1, HOUR].map((ms) => keepsPace(after, now + ms))).toEqual([true, true, false]);
      expect(keepsPace(memory, now)).toBe(false);
    });

    it('neither ends nor prolongs the suspicion that a threat has raised', () => {
      for (const signals of [
        [threat, act],
        [act, threat],
      ])
        expect(decided(alerted(memory, signals, now)).verdict).toMatchObject({
          level: 'fire',
          reasons: expect.arrayContaining([threat.text]),
        });
      const later = alerted(alerted(memory, [threat], now - HOUR + 60_000), [act], now);
      expect(onAlert(later, now)).toBe(true);
      expect(onAlert(later, now + 60_000)).toBe(false);
      expect(keepsPace(later, now + 60_000)).toBe(true);
    });

    it('a forged pace lasts no longer than an hour', () => {
      expect(keepsPace({ ...memory, paceUntil: now + HOUR + 1 }, now)).toBe(false);
    });
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
    expect(simulate(since + HOUR, jobs).verdicts[0]).toMatchObject({ level: 'fire', at: 30 });
    const allowed = simulate(since + 9 * HOUR, jobs, () => 0, { grants: [grant] }).verdicts;
    expect(allowed[0]).toMatchObject({ level: 'warn', at: 30 });
    // The $60 are used up after three hours; from then on the jobs are suspect.
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

  it('past twice the limit fires at any rate above its pace, with any forged memory', () => {
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

  it('never estimates less than Budgets says, and decides the same for the same input', () => {
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

  it('never lets allowances exceed their cap, however many an intruder writes', () => {
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

describe('with several kinds that bill', () => {
  const now = START + HOUR;
  const samples = (kinds: Record<string, Record<string, number>>, rates: Record<string, number>) => ({
    ...freshMemory(START),
    samples: [{ at: START, rates, kinds }],
  });
  const fargate = machine('eu-west-1', 3, START, { kind: 'ecs-task', id: 'task' });

  it('a sample holds the rate of each kind; with one kind it does not', () => {
    const both = decideTick(RULES, sighting(now, [WEB, fargate]), freshMemory(START));
    expect(both.memory.samples.at(-1)).toMatchObject({
      rates: { 'us-east-1': WEB.usdPerHour, 'eu-west-1': 3 },
      kinds: { 'ec2-instance': { 'us-east-1': WEB.usdPerHour }, 'ecs-task': { 'eu-west-1': 3 } },
    });
    const one = decideTick(RULES, sighting(now, [WEB]), freshMemory(START));
    expect(one.memory.samples.at(-1)).not.toHaveProperty('kinds');
  });

  it('a kind in a gap is assumed to cost what it did, added to the kinds that were seen there', () => {
    const known = samples(
      { 'ec2-instance': { 'eu-west-1': 2 }, 'ecs-task': { 'eu-west-1': 3 } },
      { 'eu-west-1': 5 },
    );
    const machines = machine('eu-west-1', 5, START);
    const gaps = [{ kind: 'ecs-task', region: 'eu-west-1' }];
    expect(decideTick(RULES, sighting(now, [machines], { gaps }), known).usdPerHour).toBeCloseTo(8);
    expect(decideTick(RULES, sighting(now, [machines]), known).usdPerHour).toBeCloseTo(5);
  });

  it('the rate of an unlisted region stays in the memory when the region is listed but still a gap', () => {
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
    ['is seen now', { any: { 'eu-west-1': 1 } }, { 'eu-west-1': 1 }, 1],
    [
      'ran beside a seen kind',
      { any: { 'eu-west-1': 1 }, 'ec2-instance': { 'eu-west-1': 1 } },
      { 'eu-west-1': 2 },
      2,
    ],
  ])(
    'a rate of unknown kind that %s counts once while another kind is a gap',
    (_, kinds, rates, expected) => {
      const gaps = [{ kind: 'ecs-task', region: 'eu-west-1' }];
      const seen = sighting(now, [machine('eu-west-1', 1, START)], { gaps });
      expect(decideTick(RULES, seen, samples(kinds, rates)).usdPerHour).toBeCloseTo(expected);
    },
  );

  it('the rate of a region counts once, however many gaps it has', () => {
    const bare = { ...freshMemory(START), samples: [{ at: START, rates: { 'eu-west-1': 1 } }] };
    const gaps = Array.from({ length: 36 }, (_, n) => ({ kind: `kind-${n}`, region: 'eu-west-1' }));
    expect(decideTick(RULES, sighting(now, [], { gaps }), bare).usdPerHour).toBeCloseTo(1);
    const denied = sighting(now, [machine('eu-west-1', 1, START)], { gaps: gaps.slice(0, 1) });
    expect(decideTick(RULES, denied, bare).usdPerHour).toBeCloseTo(1);
  });
});
