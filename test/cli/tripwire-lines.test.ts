import { describe, expect, it } from 'vitest';
import { notSeen } from '../../bin/deployed/not-seen.ts';
import type { DeployedStack } from '../../bin/deployed/stack.ts';
import { statusLines } from '../../bin/deployed/status-lines.ts';
import {
  alreadyOver,
  lastTick,
  tickPath,
  tripwireProblems,
  tripwireRows,
} from '../../bin/deployed/tripwire-lines.ts';
import { allowedUsd, type Granted } from '../../lambda/core/tripwire/allowance.ts';
import type { Status } from '../../lambda/engine/status.ts';
import type { MemorySummary, TripwireStatus } from '../../lambda/engine/tripwire-status.ts';

const NOW = Date.UTC(2026, 0, 20, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const memory: MemorySummary = {
  since: NOW - 48 * HOUR,
  estimateUsd: 31.2,
  lastTickAt: NOW - 4 * MINUTE,
  usdPerHour: { 'eu-west-1': 0.25, 'us-east-1': 1, 'us-west-2': 0 },
};
const tripwire = (over: Partial<TripwireStatus> = {}): TripwireStatus => ({
  enabled: true,
  everyMinutes: 5,
  exhaustWithinHours: 6,
  warnWithinHours: 24,
  allowanceCap: { usd: 25, hours: 24 },
  homeRegions: ['us-east-1'],
  forwardFrom: [],
  memory,
  allowances: [],
  ...over,
});
const status = (actualUsd: number, over: Partial<Status> = {}): Status => ({
  mode: 'stop',
  allow: { accessKeys: [], users: [], instances: [], roles: [], resources: [], none: true },
  budget: {
    name: 'killswitch',
    limitUsd: 50,
    firesAtUsd: 50,
    tampering: [],
    evidence: {
      at: NOW,
      budget: {
        limitUsd: 50,
        actualUsd,
        unit: 'USD',
        timeUnit: 'MONTHLY',
        costTypes: {},
        filters: {},
        hasFilterExpression: false,
      },
    },
  },
  tripwire: tripwire(),
  ...over,
});
const row = (name: string, of: Status): string | undefined =>
  tripwireRows(of, NOW).find(([label]) => label === name)?.[1];
const grant = {
  id: 'allow-1',
  region: 'us-east-1',
  usd: 20,
  from: NOW - HOUR,
  until: NOW + HOUR,
  reason: 'training',
};
/** As the function tells it: what is allowed moves where it fires. */
const allowing = ({ budget, ...rest }: Status, allowances: readonly Granted[]): Status => ({
  ...rest,
  ...(budget ? { budget: { ...budget, firesAtUsd: budget.firesAtUsd + allowedUsd(allowances) } } : {}),
  tripwire: tripwire({ allowances }),
});
const lines = (of: Status): string =>
  statusLines({ functionName: 'engine' } as DeployedStack, of, { links: [], problems: [], notSeen: [] }, NOW);
const firesAt = (of: Status): string | undefined => /fires next +(.*)/.exec(lines(of))?.[1];

describe('the rows of status', () => {
  it('show the estimate beside Budgets, the rate, and the time that is left', () => {
    const seen = status(28);
    expect(row('estimate', seen)).toBe('$31.20 this month; Budgets knows of $28.00');
    expect(row('rate now', seen)).toBe('$1.25 an hour (us-east-1 $1.00, eu-west-1 $0.25)');
    expect(row('time left', seen)).toBe('15 h at this rate, until $50.00 are spent');
    expect(row('armed', seen)).toBe('since 2026-01-18 12:00 UTC');
    expect(row('home', seen)).toBe('us-east-1');
  });

  it('count what is allowed towards the time that is left, also when it is over', () => {
    const over = { ...grant, id: 'allow-2', usd: 5, until: NOW - MINUTE };
    const seen = allowing(status(28), [grant, over]);
    expect(row('time left', seen)).toBe('35 h at this rate, until $75.00 are spent');
    expect(row('allowed', seen)).toBe('$20.00 in us-east-1 until 2026-01-20 13:00 UTC, allow-1: training');
    expect(tripwireRows(seen, NOW).filter(([label]) => label === 'allowed')).toHaveLength(1);
  });

  it('promise the next threshold of Budgets that is not below it, and say what has moved it', () => {
    const by = (usd: number, why: string, next: number) =>
      `at $${usd.toFixed(2)} of this month's spend${why}, by the tripwire's estimate, and when Budgets tells of $${next.toFixed(2)}`;
    expect(firesAt(status(28))).toBe(by(50, '', 50));
    expect(firesAt(allowing(status(28), [grant]))).toBe(by(70, ' (raised by your allowances)', 75));
    const restored = status(28);
    const raised = { ...restored, budget: { ...restored.budget, firesAtUsd: 72.5 } } as Status;
    expect(firesAt(raised)).toBe(by(72.5, ' (raised by the last restore)', 75));
    expect(firesAt(allowing(raised, [grant]))).toBe(by(92.5, ' (raised by the last restore)', 100));
    const fired = status(28, { tripwire: tripwire({ memory: { ...memory, firesAtUsd: 68 } }) });
    expect(firesAt(fired)).toBe(by(68, ' (raised by its last fire)', 50));
    const off = status(28, { tripwire: tripwire({ enabled: false }) });
    expect(firesAt(off)).toBe('when Budgets tells of $50.00');
  });

  it('say at which rate it does not wait for that, and what a late message about last month needs', () => {
    expect(lines(status(28))).toMatch(
      /or sooner +when what runs reaches that within 6 h \(\$3\.13 an hour\), and part of it is suspect/,
    );
    expect(lines(status(60))).not.toContain('or sooner');
    const early = status(28);
    const lastMonth = { month: '2025-12', firesAtUsd: 72.5 };
    expect(lines({ ...early, budget: { ...early.budget, lastMonth } } as Status)).toMatch(
      /last month +a late message about 2025-12 fires at \$72\.50 of that month's spend/,
    );
  });

  it('say what may run where a restored month is far past its limit', () => {
    const far = status(2_800);
    const restored = {
      ...far,
      budget: { ...far.budget, firesAtUsd: 100, paceUsdPerHour: 50 / 730 },
    } as Status;
    expect(firesAt(restored)).toBe(
      'already past $100.00, and restored: fires when more than $0.07 an hour runs that is not exempt',
    );
    expect(firesAt(far)).toBe('already over: it fires at the next look');
  });

  it('forget an estimate of last month, and do not divide by a rate of nothing', () => {
    const old = { ...memory, lastTickAt: Date.UTC(2025, 11, 31, 23, 59), usdPerHour: {} };
    const seen = status(28, { tripwire: tripwire({ memory: old }) });
    expect(row('estimate', seen)).toBe('none of this month yet; Budgets knows of $28.00');
    expect(row('rate now', seen)).toBe('nothing that bills by the hour');
    expect(row('time left', seen)).toBeUndefined();
  });

  it('say that the month ends first', () => {
    const slow = { ...memory, usdPerHour: { 'us-east-1': 1e-12 } };
    expect(row('time left', status(0, { tripwire: tripwire({ memory: slow }) }))).toBe(
      'the month ends first, at this rate',
    );
  });

  it('show that it is off, that it soaks, and an open alert', () => {
    expect(row('tripwire', status(0, { tripwire: tripwire({ enabled: false }) }))).toMatch(/^off/);
    const soaking = tripwire({
      armAt: '2026-01-21T00:00:00Z',
      memory: { ...memory, alertUntil: NOW + HOUR, alertText: 'GuardDuty: \u001b[2Jmining' },
    });
    expect(row('armed', status(0, { tripwire: soaking }))).toBe(
      'no, it only looks and reports until 2026-01-21 00:00 UTC',
    );
    expect(row('ALERT', status(0, { tripwire: soaking }))).toBe(
      'until 2026-01-20 13:00 UTC: GuardDuty:  [2Jmining',
    );
    const { tripwire: _, ...older } = status(0);
    expect(tripwireRows(older, NOW)).toEqual([['tripwire', 'none in this version: npx cdk deploy']]);
  });

  it('survive whatever an intruder writes into the memory', () => {
    const forged = {
      ...memory,
      since: 9e15,
      lastTickAt: 9e15,
      alertUntil: 9e15,
      estimateUsd: Number.MAX_VALUE,
    };
    const seen = status(28, { tripwire: tripwire({ memory: forged }) });
    expect(row('ALERT', seen)).toContain('no valid time');
    expect(row('estimate', seen)).toContain('none of this month');
    expect(lastTick(tripwire({ memory: forged }), 0, NOW).ok).toBe(false);
  });
});

describe('a month that is over its limit', () => {
  it('fires at the next look, by Budgets’ figure or by the estimate', () => {
    expect(alreadyOver(status(49), NOW)).toBeUndefined();
    expect(alreadyOver(status(50), NOW)).toBe('already over: it fires at the next look');
    const estimated = tripwire({ memory: { ...memory, estimateUsd: 51 } });
    expect(alreadyOver(status(20, { tripwire: estimated }), NOW)).toBe(
      'already over: it fires at the next look',
    );
  });

  it('is not over within what is allowed, nor while an incident is open', () => {
    expect(alreadyOver(allowing(status(60), [grant]), NOW)).toBeUndefined();
    const incident = {
      schemaVersion: 1 as const,
      incident: 'ks-1',
      openedAt: '2026-01-20T00:00:00Z',
      triggers: [],
    };
    expect(alreadyOver(status(60, { incident }), NOW)).toBeUndefined();
    expect(
      alreadyOver(status(60, { incident: { ...incident, closedAt: '2026-01-20T01:00:00Z' } }), NOW),
    ).toContain('already over');
  });

  it('is not promised to fire where it would not', () => {
    expect(alreadyOver(status(60, { tripwire: tripwire({ enabled: false }) }), NOW)).toContain(
      './killswitch fire',
    );
    expect(alreadyOver(status(60, { tripwire: tripwire({ armAt: '2026-01-21T00:00:00Z' }) }), NOW)).toContain(
      'only reports until it is armed at 2026-01-21 00:00 UTC',
    );
    expect(alreadyOver(status(60, { mode: 'dry-run' }), NOW)).toContain('it reports so');
  });
});

describe('the last look', () => {
  const at = (lastTickAt: number, everyMinutes = 5) =>
    lastTick(tripwire({ everyMinutes, memory: { ...memory, lastTickAt } }), 0, NOW);

  it('is a problem when it is older than an hour and three periods, or is to come', () => {
    expect(at(NOW - 75 * MINUTE)).toMatchObject({ ok: true, detail: '75 min ago' });
    expect(at(NOW - 75 * MINUTE - 1)).toMatchObject({ ok: false });
    expect(at(NOW - 76 * MINUTE, 10)).toMatchObject({ ok: true });
    expect(at(NOW + 10 * MINUTE)).toMatchObject({ ok: false, detail: expect.stringContaining('is forged') });
  });

  it('is waited for after a deployment, and for no longer', () => {
    const { memory: _, ...none } = tripwire();
    expect(lastTick(none, NOW - 74 * MINUTE, NOW).ok).toBe(true);
    expect(lastTick(none, NOW - 76 * MINUTE, NOW).ok).toBe(false);
    expect(lastTick({ ...none, problem: 'AccessDenied' }, NOW, NOW)).toMatchObject({ ok: false });
  });

  it('is not expected, nor is a schedule, where the tripwire is off', () => {
    const guards = ['schedule of the tripwire', 'rules for signals'].map((link) => ({
      link,
      ok: false,
      detail: '',
    }));
    const stack = { changedAt: 0 } as DeployedStack;
    const links = (of: TripwireStatus | undefined) =>
      tickPath(guards, of, stack, NOW).map(({ link }) => link);
    expect(links(tripwire({ enabled: false }))).toEqual(['rules for signals']);
    expect(links(undefined)).toEqual(guards.map(({ link }) => link));
    expect(links(tripwire())).toEqual([...guards.map(({ link }) => link), 'last look of the tripwire']);
  });
});

it('documents that cannot be read are problems', () => {
  const seen = status(0, {
    tripwire: tripwire({ problem: 'memory: bad', allowancesProblem: 'allowances: bad' }),
  });
  expect(tripwireProblems(seen)).toEqual([
    "the tripwire's memory cannot be read: memory: bad",
    'allowances cannot be read, and count for nothing: allowances: bad',
  ]);
  expect(tripwireProblems(status(0))).toEqual([]);
});

describe('what is not seen', () => {
  const stack = (region: string) => ({ region }) as DeployedStack;
  const all = { trail: true, guardDuty: true };

  it('is said of a trail and of GuardDuty, also where nobody may look', () => {
    const blind = notSeen(stack('us-east-1'), { trail: false, guardDuty: false }, undefined);
    expect(blind[0]).toMatch(
      /^no trail: tampering with the switch and suspicious IAM activity are not seen at once/,
    );
    expect(blind[1]).toMatch(/^GuardDuty is off in us-east-1/);
    const refused = { unknown: 'AccessDenied' };
    expect(
      notSeen(stack('us-east-1'), { trail: refused, guardDuty: refused }, undefined).slice(0, 2),
    ).toEqual([
      'whether a trail logs in us-east-1 is unknown: AccessDenied',
      'whether GuardDuty is on in us-east-1 is unknown: AccessDenied',
    ]);
  });

  it('is said of regions that nothing is forwarded from, and of a stack that is not in us-east-1', () => {
    expect(notSeen(stack('us-east-1'), all, tripwire({ forwardFrom: ['eu-west-1'] }))).toEqual([
      expect.stringMatching(/^no forwarding from any region but us-east-1, eu-west-1: /),
    ]);
    expect(notSeen(stack('eu-west-1'), all, undefined)[0]).toContain(
      'reach us-east-1 only: this stack is in eu-west-1',
    );
  });
});
