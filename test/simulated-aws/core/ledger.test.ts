import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../simulated-aws/core/ledger.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 21);

function setUp() {
  const timeline = new Timeline(START);
  const ledger = new Ledger(timeline);
  const start = (id: string, usdPerHour: number, more: object = {}) =>
    ledger.start({ id, service: 'EC2', region: 'us-east-1', owner: 'intruder', usdPerHour, ...more });
  const wait = (hours: number) => timeline.advanceTo(timeline.now() + hours * HOUR);
  return { timeline, ledger, start, wait };
}

describe('the ledger', () => {
  it('accrues what runs, for as long as it runs', () => {
    const { ledger, start, wait } = setUp();
    start('a', 24.48);
    wait(0.5);
    start('b', 1);
    wait(1);
    ledger.stop('a');
    wait(2);
    expect(ledger.usd()).toBeCloseTo(1.5 * 24.48 + 3, 9);
    expect(ledger.usdPerHour()).toBe(1);
  });

  it('ignores a second start and an unknown stop', () => {
    const { ledger, start, wait } = setUp();
    start('a', 2);
    start('a', 5);
    ledger.stop('other');
    wait(1);
    ledger.stop('a');
    ledger.stop('a');
    wait(1);
    expect([ledger.usd(), ledger.usdPerHour()]).toEqual([2, 0]);
  });

  it('tells who caused it, where and by what', () => {
    const { ledger, start, wait } = setUp();
    start('a', 1, { owner: 'owner' });
    start('b', 2, { region: 'eu-west-3' });
    start('c', 4, { service: 'Fargate' });
    wait(1);
    expect(ledger.usd(({ owner }) => owner === 'intruder')).toBe(6);
    expect(ledger.usdPerHour(({ region }) => region === 'eu-west-3')).toBe(2);
    expect(ledger.byServiceAndRegion(START, START + HOUR)).toEqual([
      { service: 'EC2', region: 'us-east-1', usd: 1 },
      { service: 'EC2', region: 'eu-west-3', usd: 2 },
      { service: 'Fargate', region: 'us-east-1', usd: 4 },
    ]);
  });

  it('counts what is booked once in the month in which it is booked', () => {
    const { ledger, wait } = setUp();
    ledger.book({ service: 'EC2', region: 'us-east-1', owner: 'owner' }, 20);
    expect(ledger.usdBetween(START, START + HOUR)).toBe(20);
    wait(1);
    expect(ledger.usdBetween(START - HOUR, START)).toBe(0);
    expect(ledger.usdBetween(START, START + 1)).toBe(20);
    expect(ledger.usd()).toBe(20);
  });

  it('adds up to the sum of all that ran, between any two moments', () => {
    const change = fc.record({
      waitMs: fc.integer({ min: 0, max: 10 * HOUR }),
      id: fc.integer({ min: 0, max: 5 }),
      usdPerHour: fc.integer({ min: 1, max: 327_726 }).map((price) => price / 10_000),
      stops: fc.boolean(),
    });
    const cuts = fc.tuple(fc.integer({ min: 0, max: 300 * HOUR }), fc.integer({ min: 0, max: 300 * HOUR }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), cuts, (changes, [one, other]) => {
        const { timeline, ledger, start } = setUp();
        const runs: { id: number; usdPerHour: number; from: number; to: number }[] = [];
        for (const { waitMs, id, usdPerHour, stops } of changes) {
          timeline.advanceTo(timeline.now() + waitMs);
          const running = runs.find((run) => run.id === id && run.to === Infinity);
          if (stops && running) running.to = timeline.now();
          else if (!stops && !running) runs.push({ id, usdPerHour, from: timeline.now(), to: Infinity });
          if (stops) ledger.stop(String(id));
          else start(String(id), usdPerHour, { owner: `owner-${id % 2}` });
        }
        const sum = (from: number, to: number) =>
          runs.reduce((usd, run) => {
            const ms = Math.min(to, run.to, timeline.now()) - Math.max(from, run.from);
            return usd + Math.max(0, ms / HOUR) * run.usdPerHour;
          }, 0);
        const [from, to] = [START + Math.min(one, other), START + Math.max(one, other)];
        expect(ledger.usd()).toBeCloseTo(sum(0, Infinity), 6);
        expect(ledger.usdBetween(from, to)).toBeCloseTo(sum(from, to), 6);
        expect(ledger.usdBetween(START, from) + ledger.usdBetween(from, Infinity)).toBeCloseTo(
          ledger.usd(),
          6,
        );
        if (runs.every((run) => run.to !== Infinity)) expect(ledger.usdPerHour()).toBe(0);
      }),
    );
  });

  it('holds 100,000 charges that start and stop', () => {
    const { ledger, start, wait } = setUp();
    for (let id = 0; id < 100_000; id++) start(`i-${id}`, 0.526, { region: `region-${id % 17}` });
    wait(1);
    for (let id = 0; id < 100_000; id++) ledger.stop(`i-${id}`);
    expect(ledger.usd()).toBeCloseTo(52_600, 6);
    expect(ledger.usdPerHour()).toBe(0);
  });
});
