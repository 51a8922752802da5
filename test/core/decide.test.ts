import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALARM_THRESHOLDS,
  type BudgetReading,
  thisAccountOnly,
  USAGE_ONLY,
} from '../../lambda/core/verdict/budget.ts';
import { decide, nextAlarmUsd, tampering } from '../../lambda/core/verdict/decide.ts';
import { type Closure, floorUsd } from '../../lambda/core/verdict/floor.ts';
import { spentByMonth } from '../../lambda/core/verdict/late-data.ts';
import type { Trigger } from '../../lambda/core/verdict/trigger.ts';

const ACCOUNT = '123456789012';
const FIXED = { name: 'killswitch', account: ACCOUNT, limitUsd: 50 };
/** In the middle of a month, when Budgets' figure is certainly this month's; and on its first day. */
const MIDDLE = Date.UTC(2026, 0, 31, 12);
const FIRST_DAY = Date.UTC(2026, 1, 1, 4);
const ALARM: Trigger = { source: 'budget', id: 'm-1', sentAt: '2026-01-31T12:00:00Z', text: '' };

const budget = (change: Partial<BudgetReading> = {}): BudgetReading => ({
  limitUsd: 50,
  actualUsd: 60,
  unit: 'USD',
  timeUnit: 'MONTHLY',
  costTypes: USAGE_ONLY,
  filters: thisAccountOnly(ACCOUNT),
  hasFilterExpression: false,
  ...change,
});
const judged = (change: Partial<BudgetReading>, closure?: Closure) =>
  decide(ALARM, FIXED, { at: MIDDLE, budget: budget(change) }, closure);
const closed = (change: Partial<Closure> = {}): Closure => ({
  closedAt: '2026-01-30T00:00:00Z',
  triggers: [],
  ...change,
});

describe('a person', () => {
  it('fires without a check of the budget', () => {
    const trigger: Trigger = { source: 'cli', id: 'r', action: 'fire', reason: 'by hand' };
    expect(decide(trigger, FIXED, undefined)).toEqual({ level: 'fire', reasons: ['by hand'] });
  });

  it.each(['plan', 'test', 'status'] as const)('never fires by asking for a %s', (action) => {
    const trigger: Trigger = { source: 'invoke', id: 'r', action, reason: 'by hand' };
    expect(decide(trigger, FIXED, { at: MIDDLE, budget: { unreadable: 'x' } }).level).toBe('calm');
  });

  it('fires again after a restore', () => {
    const trigger: Trigger = { source: 'invoke', id: 'm-1', action: 'fire', reason: 'again' };
    expect(decide(trigger, FIXED, undefined, closed({ triggers: ['m-1'] })).level).toBe('fire');
  });
});

describe('a message of a budget, where the settings deploy none', () => {
  it.each([{ notDeployed: true as const }, { unreadable: 'gone' }, budget({ actualUsd: 500 })])(
    'is no alarm, whatever was read: %j',
    (found) => {
      const verdict = decide(ALARM, { ...FIXED, name: undefined }, { at: MIDDLE, budget: found });
      expect(verdict).toEqual({ level: 'calm', reasons: [expect.stringMatching(/no AWS budget/)] });
    },
  );

  it('counts as over where one is deployed and was not read', () => {
    expect(decide(ALARM, FIXED, { at: MIDDLE, budget: { notDeployed: true } }).level).toBe('fire');
  });
});

describe('a budget alarm', () => {
  it('fires at the limit and quotes both amounts', () => {
    expect(judged({ actualUsd: 50 })).toEqual({
      level: 'fire',
      reasons: ['actual spend $50.00 ≥ limit $50.00'],
    });
  });

  it('does not fire below it, and says that it came early or is forged', () => {
    const verdict = judged({ actualUsd: 49.99 });
    expect(verdict.level).toBe('calm');
    expect(verdict.reasons[0]).toMatch(/\$49\.99 < limit \$50\.00: the message came early, or is forged/);
  });

  it('fires for last month too, while the message may still be about it', () => {
    const young = (lastMonthUsd: number | { unreadable: string }) =>
      decide(ALARM, FIXED, {
        at: FIRST_DAY + 36 * 3_600_000,
        budget: budget({ actualUsd: 1 }),
        lastMonthUsd,
      });
    expect(young(70)).toMatchObject({
      level: 'fire',
      reasons: [expect.stringMatching(/last month's actual spend \$70\.00/)],
    });
    expect(young({ unreadable: 'AccessDenied' })).toMatchObject({
      level: 'fire',
      reasons: [expect.stringMatching(/AccessDenied/)],
    });
    expect(young(Number.NaN).level).toBe('fire');
    expect(young(2).level).toBe('calm');
  });

  it('stays calm only if a restore has closed its incident', () => {
    expect(judged({}, closed({ triggers: ['m-0', 'm-1'] })).level).toBe('calm');
    expect(judged({}, closed({ triggers: ['m-0'] })).level).toBe('fire');
  });

  it('after a restore, fires only when a quarter of the limit more is spent', () => {
    const restoredAt60 = closed({ restoredUsd: { '2026-01': 60 } });
    expect(judged({ actualUsd: 72.49 }, restoredAt60).level).toBe('calm');
    expect(judged({ actualUsd: 72.5 }, restoredAt60)).toMatchObject({
      level: 'fire',
      reasons: [expect.stringMatching(/\$72\.50, the floor since the last restore/)],
    });
  });
});

describe('the turn of a month', () => {
  const CLOSURE = closed({ restoredUsd: { '2026-01': 60 } });
  /** On the first day of February; Budgets' figure may still be January's. */
  const onFirstDay = (actualUsd: number, lastMonthUsd: number, expected = {}, closure?: Closure) =>
    decide(ALARM, FIXED, { at: FIRST_DAY, budget: budget({ actualUsd }), lastMonthUsd }, closure, expected);

  it("judges January's late alarm by January's restore and allowances", () => {
    expect(onFirstDay(1, 62).level).toBe('fire');
    expect(onFirstDay(1, 62, {}, CLOSURE).level).toBe('calm');
    expect(onFirstDay(1, 73, {}, CLOSURE).level).toBe('fire');
    expect(onFirstDay(1, 62, { allowedLastMonthUsd: 20 }).level).toBe('calm');
    expect(onFirstDay(1, 62, { allowedUsd: 20 }).level).toBe('fire');
  });

  it("takes a figure of the first day, or one that equals last month's, for January's", () => {
    expect(onFirstDay(62, 62, {}, CLOSURE).level).toBe('calm');
    expect(onFirstDay(63, 60, {}, CLOSURE).level).toBe('calm');
    expect(onFirstDay(73, 60, {}, CLOSURE).level).toBe('fire');
    const later = (actualUsd: number) =>
      decide(
        ALARM,
        FIXED,
        { at: FIRST_DAY + 36 * 3_600_000, budget: budget({ actualUsd }), lastMonthUsd: 62 },
        CLOSURE,
      );
    expect(later(62).level).toBe('calm');
    expect(later(63)).toMatchObject({ level: 'fire', reasons: ['actual spend $63.00 ≥ limit $50.00'] });
  });

  it("takes what is less than half of last month's for this month's", () => {
    const allowedLast = { allowedLastMonthUsd: 60 };
    expect(onFirstDay(51, 104, allowedLast).level).toBe('fire');
    expect(onFirstDay(60, 104, allowedLast).level).toBe('calm');
  });

  it('lets a restore deal with what was spent in both months', () => {
    const evidence = (actualUsd: number, lastMonthUsd: number) => ({
      at: FIRST_DAY,
      budget: budget({ actualUsd }),
      lastMonthUsd,
    });
    const estimates = { '2026-01': 75, '2026-02': 3 };
    expect(spentByMonth(evidence(60, 60), estimates)).toEqual({ '2026-01': 75, '2026-02': 3 });
    expect(spentByMonth(evidence(5, 60), estimates)).toEqual({ '2026-01': 75, '2026-02': 5 });
    expect(spentByMonth({ at: MIDDLE, budget: budget({ actualUsd: 60 }) }, estimates)).toEqual({
      '2026-01': 75,
    });
  });

  it('knows no floor of another month', () => {
    const march = { at: Date.UTC(2026, 2, 20), budget: budget({ actualUsd: 65 }) };
    expect(decide(ALARM, FIXED, march, CLOSURE).level).toBe('fire');
  });
});

describe('a budget that an intruder may have changed', () => {
  it.each([
    ['another unit', { unit: 'GB' }],
    ['a raised limit', { limitUsd: 50_000 }],
    ['a lowered limit', { limitUsd: 49 }],
    ['another period', { timeUnit: 'ANNUALLY' }],
    ['a filter expression', { hasFilterExpression: true }],
    ['no filter', { filters: {} }],
    ['another account', { filters: thisAccountOnly('999999999999') }],
    [
      'one more filter',
      { filters: { ...thisAccountOnly(ACCOUNT), Service: ['Amazon Simple Storage Service'] } },
    ],
    ['credits counted', { costTypes: { ...USAGE_ONLY, IncludeCredit: true } }],
    ['discounts left out', { costTypes: { ...USAGE_ONLY, IncludeDiscount: false } }],
  ] satisfies [string, Partial<BudgetReading>][])('fires although nothing was spent: %s', (_, change) => {
    const verdict = judged({ actualUsd: 0, ...change });
    expect(verdict.level).toBe('fire');
    expect(verdict.reasons[0]).toMatch(/was edited/);
  });

  it('each edit is named', () => {
    expect(tampering(budget({ unit: 'GB', timeUnit: 'DAILY' }), FIXED)).toEqual([
      'its unit is GB',
      'its period is DAILY',
    ]);
    expect(tampering(budget(), FIXED)).toEqual([]);
  });

  it.each([
    ['gone', { at: MIDDLE, budget: { unreadable: 'NotFoundException: no such budget' } }],
    ['never read', undefined],
    ['without a spend', { at: MIDDLE, budget: budget({ actualUsd: Number.NaN }) }],
    ['without a limit', { at: MIDDLE, budget: budget({ limitUsd: Number.NaN }) }],
  ])('fires if it is %s', (_, evidence) => {
    expect(decide(ALARM, FIXED, evidence).level).toBe('fire');
  });
});

describe('always', () => {
  const money = fc.double({ min: 0, max: 1e9, noNaN: true });
  const anyAmount = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0));
  const anyClosure = fc.record(
    {
      closedAt: fc.string(),
      triggers: fc.array(fc.string().filter((id) => id !== ALARM.id)),
      restoredUsd: fc.dictionary(fc.constantFrom('2026-01', '2026-02', '9999-12'), anyAmount),
    },
    { requiredKeys: ['closedAt', 'triggers'] },
  );

  it('fires at or above the limit if there was no restore', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e7, noNaN: true }),
        money,
        anyAmount,
        (limitUsd, over, lastMonthUsd) => {
          const fixed = { ...FIXED, limitUsd };
          const evidence = {
            at: MIDDLE,
            budget: budget({ limitUsd, actualUsd: limitUsd + over }),
            lastMonthUsd,
          };
          expect(decide(ALARM, fixed, evidence).level).toBe('fire');
        },
      ),
    );
  });

  it('fires if the budget is unreadable, whatever a mark claims', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(anyClosure, { nil: undefined }), (unreadable, closure) => {
        expect(decide(ALARM, FIXED, { at: MIDDLE, budget: { unreadable } }, closure).level).toBe('fire');
      }),
    );
  });

  it('fires if the budget is edited, whatever it and a mark claim', () => {
    const edit = fc.constantFrom(
      { unit: 'GB' },
      { timeUnit: 'DAILY' },
      { hasFilterExpression: true },
      { filters: {} },
      { limitUsd: 51 },
    );
    fc.assert(
      fc.property(
        edit,
        anyAmount,
        fc.option(anyClosure, { nil: undefined }),
        (change, actualUsd, closure) => {
          expect(judged({ actualUsd, ...change }, closure).level).toBe('fire');
        },
      ),
    );
  });

  it('a forged mark raises the floor to twice the limit at most, and never lowers it', () => {
    fc.assert(
      fc.property(anyAmount, anyClosure, (actual, closure) => {
        const floor = floorUsd(50, actual, closure.restoredUsd?.['2026-01']);
        expect(floor).toBeGreaterThanOrEqual(50);
        expect(floor).toBeLessThanOrEqual(100);
        expect(judged({ actualUsd: Math.max(100, actual) }, closure).level).toBe('fire');
      }),
    );
  });

  it('a mark that claims a little more than was spent counts up to that, one that claims far more not at all', () => {
    expect(floorUsd(50, 60, 61)).toBe(72.5);
    expect(floorUsd(50, 60, 72.5)).toBe(72.5);
    expect(floorUsd(50, 60, 72.6)).toBe(50);
    expect(floorUsd(50, 60, 1e300)).toBe(50);
    // The tripwire fired ahead of the limit: what was restored at $49 fires again at $61.50.
    expect(floorUsd(50, 60, 49)).toBe(61.5);
    expect(floorUsd(50, 60, 30)).toBe(50);
    expect(floorUsd(50, 60, Number.NaN)).toBe(50);
  });
});

it('the next alarm is the next threshold above the spend', () => {
  expect(nextAlarmUsd(50, 0)).toBe(50);
  expect(nextAlarmUsd(50, 50)).toBe(62.5);
  expect(nextAlarmUsd(50, (ALARM_THRESHOLDS.at(-1) ?? 0) / 2)).toBeUndefined();
});
