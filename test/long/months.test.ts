import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthBefore, monthOf, monthStart } from '../../lambda/core/calendar.ts';
import { type Allowance, allowedUsd, granted } from '../../lambda/core/tripwire/allowance.ts';
import { floorUsd } from '../../lambda/core/verdict/floor.ts';
import { LIMIT } from '../core/tripwire-input.ts';
import { CAP, type Course, costOf, DAY, type Happening, HOUR, played, type Work } from './months-model.ts';

/** From the middle of January to the middle of February. */
const BEGINS = Date.UTC(2026, 0, 18);
const DAYS = 28;

const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * HOUR);
/** Nothing, half of it, all of it: free tier and reservations are not in the price list. */
const billed = fc.constantFrom(0, 0.5, 1);

const workOf = (region: string, usdPerHour: number, from: number, endsAt: number, part: number): Work => ({
  ...{ kind: 'ec2-instance', id: `${region}-${from}-${usdPerHour}`, region, type: 'c5.large' },
  ...{ launchedAt: from, endsAt, usdPerHour, isExempt: false, billed: part },
});

/** Times at which Budgets gives no answer: hours in a row, anywhere; most of all at the turn of a month. */
const reads = fc
  .array(fc.record({ at: hours(0, DAYS * 24), for: hours(1, 40) }), { maxLength: 4 })
  .chain((gaps) =>
    fc.boolean().map((alsoAtTheTurn) => {
      const turn = Date.UTC(2026, 1, 1);
      const all = gaps.map((gap) => ({ from: BEGINS + gap.at, until: BEGINS + gap.at + gap.for }));
      if (alsoAtTheTurn) all.push({ from: turn - 5 * HOUR, until: turn + 9 * HOUR });
      return (now: number) => !all.some(({ from, until }) => from <= now && now < until);
    }),
  );

/** A steady machine and batch jobs at home, and announced work elsewhere; `part` of the limit a month in all, at most. */
const owners = (part: number) =>
  fc
    .record({
      steady: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
      billed,
      jobs: fc.array(fc.record({ at: hours(0, DAYS * 24), for: hours(1, 8) }), { maxLength: 12 }),
      announced: fc.array(fc.record({ at: hours(24, DAYS * 24), for: hours(2, 20) }), { maxLength: 2 }),
    })
    .map((given) => {
      const steadyUsd = (part * given.steady * LIMIT) / (31 * 24);
      const work = [workOf('us-east-1', steadyUsd, BEGINS - 40 * DAY, BEGINS + 99 * DAY, given.billed)];
      // All jobs of a month together cost at most a third of the part.
      const jobUsd = (part * LIMIT) / 3 / (12 * 8);
      for (const job of given.jobs)
        work.push(workOf('us-east-1', jobUsd, BEGINS + job.at, BEGINS + job.at + job.for, given.billed));
      const allowances: Allowance[] = [];
      for (const [index, { at, for: duration }] of given.announced.entries()) {
        const from = BEGINS + at;
        const usd = CAP.usd / 2;
        const rate = (0.9 * usd) / (duration / HOUR);
        work.push(workOf('us-west-2', rate, from, from + duration, 1));
        allowances.push({
          ...{ id: `a-${index}`, usd, region: 'us-west-2', reason: 'training' },
          from: new Date(from).toISOString(),
          until: new Date(from + duration).toISOString(),
        });
      }
      return { work, allowances };
    });

const course = (part: number, restores = true) =>
  fc.record({ owner: owners(part), lateMs: hours(0, 16), messageMs: hours(0, 11), reads }).map(
    ({ owner, ...rest }): Course => ({
      ...{ from: BEGINS, until: BEGINS + DAYS * DAY, restores },
      ...owner,
      ...rest,
    }),
  );

/** Where the floor of a month was when something happened. */
function floorAt({ allowances }: Course, { at, restoredUsd }: Happening, month: string, spent: number) {
  const limit = LIMIT + allowedUsd(granted(allowances, CAP, at, month));
  return floorUsd(limit, spent, restoredUsd[month], LIMIT);
}

describe('random months', () => {
  it('of the owner alone, below the limit: no fire, and one warning a month at most', () => {
    void fc.assert(
      fc.property(course(0.6), (given) => {
        const happenings = played(given);
        expect(happenings.filter(({ level }) => level === 'fire')).toEqual([]);
        const warned = happenings.map(({ at }) => monthOf(at));
        const announced = given.allowances.length;
        expect(warned.length).toBeLessThanOrEqual(new Set(warned).size + announced);
      }),
      { numRuns: 40 },
    );
  });

  it('beyond the limit: each fire has money of its own month behind it, and a restore holds', () => {
    void fc.assert(
      fc.property(course(4), (given) => {
        const happenings = played(given);
        for (const each of happenings.filter(({ level }) => level === 'fire')) {
          const { at, by } = each;
          const list = costOf(given.work, monthStart(at), at, 'list');
          const lastDay = costOf(given.work, Math.max(monthStart(at), at - DAY), at, 'list');
          // Near the limit, a sudden rise does not wait until it is reached: six hours of it count.
          const rate = costOf(given.work, at, at + 1, 'list') * HOUR;
          const spent = list + lastDay + 6 * rate;
          const before = costOf(given.work, monthStart(monthStart(at) - 1), monthStart(at), 'bill');
          const isOfThisMonth = spent >= floorAt(given, each, monthOf(at), spent) - 1e-6;
          const isOfLastMonth =
            by === 'message' && before >= floorAt(given, each, monthBefore(at), before) - 1e-6;
          expect(isOfThisMonth || isOfLastMonth, `${new Date(at).toISOString()} ${each.reasons}`).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  const attack = fc.record({
    at: hours(24, (DAYS - 6) * 24),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    usdPerHour: fc.double({ min: LIMIT / 100, max: 50 * LIMIT, noNaN: true }),
  });

  it('with an intruder at any moment: fired before twice the rest of the limit is gone', () => {
    void fc.assert(
      fc.property(course(0.6, false), attack, (quiet, { at, region, usdPerHour }) => {
        const began = BEGINS + at;
        const intruder = workOf(region, usdPerHour, began, began + 99 * DAY, 1);
        const given = { ...quiet, work: [...quiet.work, intruder] };
        const until = given.until;
        const fire = played(given).find((each) => each.level === 'fire' && each.at >= began);
        // In each month by itself: what the attack has cost in it, against what was left of its limit.
        for (let from = began; from < until; from = monthStart(monthStart(from) + 32 * DAY)) {
          const ends = Math.min(until, monthStart(monthStart(from) + 32 * DAY));
          const limit = LIMIT + allowedUsd(granted(given.allowances, CAP, ends - 1));
          const rest = Math.max(0, limit - costOf(quiet.work, monthStart(from), from, 'bill'));
          const gone = from + ((2 * rest) / usdPerHour) * HOUR;
          if (gone + HOUR > ends) continue;
          expect(fire?.at ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(gone + HOUR);
          return;
        }
      }),
      { numRuns: 40 },
    );
  });

  it('while nothing changes, the owner gets one mail a day at most', () => {
    void fc.assert(
      fc.property(course(0.6, false), attack, (quiet, { at, region, usdPerHour }) => {
        const intruder = workOf(region, usdPerHour, BEGINS + at, BEGINS + 200 * DAY, 1);
        // Nobody stops it, as in a region that does not answer: only growth by a quarter of the limit is news.
        const mails = played({ ...quiet, work: [...quiet.work, intruder] }).filter(
          ({ by, isNews }) => by === 'tick' && isNews,
        );
        for (const [index, { at: sentAt, estimateUsd, level }] of mails.entries()) {
          const last = mails[index - 1];
          if (!last || last.level !== level || monthOf(last.at) !== monthOf(sentAt)) continue;
          const isGrown = estimateUsd - last.estimateUsd >= LIMIT / 4 - 1e-6;
          expect(sentAt - last.at >= DAY || isGrown || quiet.allowances.length > 0).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});
