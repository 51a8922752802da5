import { describe, expect, it } from 'vitest';
import { unrestOf } from '../../../lab/replay/calmness.ts';
import type { Course, MonthFigures } from '../../../lab/replay/playing/measures.ts';
import { OwnLimit } from '../../../lab/replay/playing/own-limit.ts';
import { monthTablesOf } from '../../../lab/replay/table.ts';
import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { monthStart } from '../../../simulated-aws/core/ledger.ts';
import { HOUR, incidentWith, STARTS_AT } from '../intruder/attacked-account.ts';

const QUIET: MonthFigures = {
  month: '2026-03',
  spentUsd: 20,
  falseFires: 0,
  firesAtLimit: 0,
  ownWarnings: 0,
};
const courseOf = (months: readonly MonthFigures[], remarks: readonly string[] = []): Course =>
  ({
    measures: { defence: 'stack-all-signals', months },
    points: [],
    marks: [],
    remarks,
  }) as unknown as Course;
const intruder = { got: 'leaked-key', atHour: 0, steps: [{ do: 'create-user', atMinute: 1, name: 'svc' }] };

describe('the verdict on a calm story', () => {
  it('allows one warning in each month, a stop at the owner’s own limit, and one warning after it', () => {
    const months = [
      { ...QUIET, ownWarnings: 1 },
      { ...QUIET, month: '2026-04', ownWarnings: 2, firesAtLimit: 1 },
    ];
    expect(unrestOf(incidentWith({}), courseOf(months))).toEqual([]);
    const more = courseOf([{ ...QUIET, ownWarnings: 3, firesAtLimit: 1 }]);
    expect(unrestOf(incidentWith({}), more)).toEqual(['2026-03: it warned 3 times']);
  });

  it('names each month with a false fire or a second warning, and what went wrong', () => {
    const months = [QUIET, { ...QUIET, month: '2026-04', ownWarnings: 2, falseFires: 1 }];
    expect(unrestOf(incidentWith({}), courseOf(months, ['Runs of the function failed: x']))).toEqual([
      '2026-04: it stopped the owner’s machines or keys wrongly, once',
      '2026-04: it warned 2 times',
      'Runs of the function failed: x',
    ]);
  });

  it('says nothing of a story with an intruder, in which remarks are expected', () => {
    expect(unrestOf(incidentWith({ intruder }), courseOf([QUIET], ['x']))).toEqual([]);
  });

  it('a long calm story is told by month', () => {
    const months = ['2026-03', '2026-04', '2026-05'].map((month) => ({ ...QUIET, month }));
    const [table] = monthTablesOf({ incident: incidentWith({}), courses: [courseOf(months)] });
    expect(table?.rows.map(([month]) => month)).toEqual(['month', '2026-03', '2026-04', '2026-05']);
    expect(monthTablesOf({ incident: incidentWith({}), courses: [courseOf(months.slice(1))] })).toEqual([]);
  });
});

describe('the owner’s own limit', () => {
  /** A machine that would cost $97.92 in the three days of the story, $1.36 an hour, with a limit of $50. */
  const plan = (fields: object = {}, story: object = {}) => {
    const machines = [{ name: 'big', region: 'us-east-1', type: 'c5.8xlarge', count: 1, ...fields }];
    const owner = { users: ['owner'], readsMailAfterHours: 24, machines };
    const incident = incidentWith({ owner, ...story });
    const account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 7 });
    const limit = new OwnLimit(account, incident);
    const spend = (usd: number) =>
      account.ledger.book({ service: 'EC2', region: 'us-east-1', owner: 'owner' }, usd);
    const goTo = (hours: number) => account.timeline.advanceTo(STARTS_AT + hours * HOUR);
    return { limit, spend, goTo };
  };

  it('is reached by what was spent, but for a day', () => {
    const { limit, spend, goTo } = plan();
    spend(24);
    goTo(30);
    expect(limit.isReached()).toBe(false);
    spend(15);
    expect(limit.isReached()).toBe(true);
  });

  it('is not reached in a month whose plan stays below it, whatever a defence thinks', () => {
    const { limit, spend } = plan({ untilHour: 36 });
    spend(49);
    expect(limit.isReached()).toBe(false);
  });

  it('of last month counts while it may only now be known, unless it was dealt with', () => {
    const story = { lastsDays: 40 };
    const [known, restored] = [plan({ untilHour: 72 }, story), plan({ untilHour: 72 }, story)];
    for (const { spend } of [known, restored]) spend(60);
    restored.goTo(80);
    restored.limit.restored();
    const hoursOfTheMonth = (monthStart(STARTS_AT, 1) - STARTS_AT) / HOUR;
    for (const { goTo } of [known, restored]) goTo(hoursOfTheMonth + 30);
    expect([known.limit.isReached(), restored.limit.isReached()]).toEqual([true, false]);
    known.goTo(hoursOfTheMonth + 37);
    expect(known.limit.isReached()).toBe(false);
  });

  it('does not count what somebody else pays for', () => {
    expect(plan({ billedUsdPerHour: 0 }).limit.isReached()).toBe(false);
  });

  it('is higher by what was allowed, up to half of it, and after a restore', () => {
    const allowance = { atHour: 0, hours: 5, usd: 40, region: 'us-west-2', reason: 'a test' };
    const { limit, spend, goTo } = plan({}, {});
    const owner = { users: ['owner'], readsMailAfterHours: 24, allowances: [allowance] };
    const allowed = new OwnLimit(
      new SimulatedAccount({ startsAt: STARTS_AT, seed: 7 }),
      incidentWith({ owner }),
    );
    expect([limit.usd(), allowed.usd()]).toEqual([50, 75]);
    spend(48);
    goTo(30);
    limit.restored();
    expect(limit.usd()).toBe(60.5);
    expect(limit.isReached()).toBe(false);
    // The next month knows nothing of it.
    goTo(31 * 24);
    expect(limit.usd()).toBe(50);
  });
});
