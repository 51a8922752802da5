import { afterEach, describe, expect, it, vi } from 'vitest';
import { allowanceLines, meaning } from '../../bin/allowance/allowance-lines.ts';
import { durationText, refuseBeyondCap } from '../../bin/allowance/caps.ts';
import { endAllowance, readAllowances, writeAllowances } from '../../bin/allowance/document.ts';
import { allowanceId, dollars, duration, knownRegion, requestFrom } from '../../bin/allowance/parsing.ts';
import { tellNext } from '../../bin/allowance/tell-next.ts';
import { beQuiet } from '../../bin/terminal/console.ts';
import { InputError } from '../../lambda/core/settings.ts';
import {
  ALLOWANCES_KEY,
  type Allowance,
  allowancesDocument,
  allowedUsd,
  granted,
} from '../../lambda/core/tripwire/allowance.ts';
import { leftUsd } from '../../lambda/core/tripwire/proposed-allowance.ts';
import { MemoryStore } from '../shell/memory-store.ts';

const NOW = Date.UTC(2026, 0, 31, 12);
const HOUR = 3_600_000;
const CAP = { usd: 25, hours: 24 };
const allowance = (id: string, usd: number, from = NOW - HOUR, until = NOW + HOUR): Allowance => ({
  id,
  usd,
  region: 'us-east-1',
  from: new Date(from).toISOString(),
  until: new Date(until).toISOString(),
  reason: 'training',
});
const request = { usd: 10, durationMs: 3 * HOUR, region: 'us-east-1', reason: 'training' };
/** What a person reads; fails when nothing is thrown. */
function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

describe('what a person types', () => {
  it.each([
    ['30usd', 30],
    ['30', 30],
    ['$30', 30],
    ['12.50USD', 12.5],
    ['0.01', 0.01],
  ])('%s is an amount', (text, amount) => expect(dollars(text)).toBe(amount));

  it.each(['', '0', '0.001', '-5', '30eur', '1e3', '$', 'usd', '3,50', 'Infinity', '30usd!'])(
    '%j is not an amount',
    (text) => expect(() => dollars(text)).toThrow('is not an amount of US dollars'),
  );

  it.each([
    ['90m', 1.5 * HOUR],
    ['3h', 3 * HOUR],
    ['1h30m', 1.5 * HOUR],
  ])('%s is a duration', (text, ms) => expect(duration(text)).toBe(ms));

  it.each(['', '3', '0h', '0m', '3d', '1.5h', 'h', '30m1h', '-1h'])('%j is not a duration', (text) =>
    expect(() => duration(text)).toThrow('is not a duration'),
  );

  it('names a region that there is, and an id that is no path', () => {
    expect(knownRegion('eu-west-1')).toBe('eu-west-1');
    expect(() => knownRegion('us-east-9')).toThrow('"us-east-9" is not a region that this version knows');
    expect(() => allowanceId('../x')).toThrow('is not an allowance');
  });

  it('is told everything that is missing at once', () => {
    const problems = problemsOf(() => requestFrom(undefined, { reason: '  ' }));
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'amount',
      '--for',
      '--region',
      '--reason',
    ]);
    const flags = { for: HOUR, region: 'us-east-1', reason: 'x'.repeat(201) };
    expect(problemsOf(() => requestFrom(1, flags))).toEqual(['--reason: has 201 characters: at most 200']);
    expect(requestFrom(1, { ...flags, reason: ' mine ' })).toEqual({
      usd: 1,
      durationMs: HOUR,
      region: 'us-east-1',
      reason: 'mine',
    });
  });
});

describe('the cap', () => {
  const grants = granted([allowance('a', 20.1)], CAP, NOW);

  it('lets pass what fits, to the cent', () => {
    expect(leftUsd(CAP, grants)).toBe(4.9);
    expect(() => refuseBeyondCap({ ...request, usd: 4.9, durationMs: 24 * HOUR }, CAP, grants)).not.toThrow();
  });

  it('refuses a cent and a minute beyond it, naming both fields and the fix', () => {
    const beyond = { ...request, usd: 4.91, durationMs: 24 * HOUR + 60_000 };
    expect(problemsOf(() => refuseBeyondCap(beyond, CAP, grants))).toEqual([
      'amount: $4.91 is more than is left: allowances may come to $25.00 a month, of which $20.10 are already allowed. Ask for $4.90 at most, or raise allowance.maxUsd in the settings and npx cdk deploy',
      '--for: 24h1m is longer than an allowance lasts. Ask for 24h at most, or raise allowance.maxHours in the settings and npx cdk deploy',
    ]);
  });

  it('counts what is over, and says so where nothing is left', () => {
    const spent = granted([allowance('a', 25, NOW - 2 * HOUR, NOW - HOUR)], CAP, NOW);
    expect(problemsOf(() => refuseBeyondCap(request, CAP, spent))[0]).toContain(
      '$25.00 are already allowed. Raise allowance',
    );
    expect(problemsOf(() => refuseBeyondCap(request, { usd: 0, hours: 24 }, []))[0]).toContain(
      '$0.00 a month. Raise',
    );
  });

  it('shows durations as they are typed', () =>
    expect([90, 180, 5].map((minutes) => durationText(minutes * 60_000))).toEqual(['1h30m', '3h', '5m']));
});

describe('what is shown', () => {
  it('is one sentence with the limit before and after', () => {
    const grants = granted([allowance('a', 5)], CAP, NOW);
    expect(meaning(request, 50, grants, NOW)).toBe(
      "For 3h, until 2026-01-31 15:00 UTC, work in us-east-1 is yours and may cost $10.00: this month's limit rises from $55.00 to $65.00, and at the new limit everything still stops.",
    );
    expect(meaning({ ...request, durationMs: 20 * HOUR }, undefined, [], NOW)).toContain(
      'until 2026-02-01 08:00 UTC, or until the month ends in UTC',
    );
  });

  it('lists what is over as well, and cannot steer a terminal', () => {
    const over = { ...allowance('b', 5, NOW - 3 * HOUR, NOW - HOUR), reason: 'red \u001b[31m' };
    const lines = allowanceLines(granted([allowance('a', 5), over], CAP, NOW), CAP, NOW);
    expect(lines[0]).toMatch(/^b +us-east-1 +\$5\.00 +over, its dollars still count +red {2}\[31m$/);
    expect(lines[1]).toMatch(/^a +us-east-1 +\$5\.00 +until 2026-01-31 13:00 UTC +training$/);
    expect(lines[2]).toContain('$15.00 of $25.00 are left');
  });
});

describe('the document', () => {
  it('loses earlier months, keeps the others, and is read back', async () => {
    const store = new MemoryStore();
    const own = allowance('own', 5);
    const december = allowance('old', 5, Date.UTC(2025, 11, 31, 23), NOW);
    expect(await writeAllowances(store, [december, allowance('other', 1), own], own, NOW)).toBeUndefined();
    expect((await readAllowances(store)).allowances.map(({ id }) => id)).toEqual(['other', 'own']);
  });

  it('says so when somebody else wrote in the same moment', async () => {
    const own = allowance('own', 5);
    const overwrittenBy = (text: string) => {
      const store = new MemoryStore();
      store.before = async (operation) => {
        if (operation === 'get') store.texts.set(ALLOWANCES_KEY, text);
      };
      return writeAllowances(store, [own], own, NOW);
    };
    expect(await overwrittenBy(allowancesDocument([allowance('theirs', 5)]))).toContain('own is not there');
    expect(
      await overwrittenBy(allowancesDocument([{ ...own, until: new Date(NOW).toISOString() }])),
    ).toContain('another one');
    expect(await overwrittenBy('nonsense')).toContain('cannot be read');
  });

  it('is nothing where it makes no sense, or has a time that is none', async () => {
    const store = new MemoryStore();
    store.texts.set(ALLOWANCES_KEY, '{"schemaVersion":2}');
    expect((await readAllowances(store)).problem).toContain(ALLOWANCES_KEY);
    const hostile = { ...allowance('x', 5), from: '2026-01-01T00:00:00+01' };
    store.texts.set(ALLOWANCES_KEY, allowancesDocument([hostile, allowance('a', 5)]));
    expect(await readAllowances(store)).toMatchObject({
      allowances: [],
      problem: expect.stringMatching(/from: is not a time/),
    });
  });

  it('ends an allowance so that its dollars still count', () => {
    const { ended, all } = endAllowance([allowance('a', 5), allowance('b', 6)], 'b', NOW);
    expect(ended.until).toBe(new Date(NOW).toISOString());
    expect(allowedUsd(granted(all, CAP, NOW))).toBe(11);
    // Begun by a clock that is ahead of ours.
    const ahead = endAllowance([allowance('a', 5, NOW + 2, NOW + HOUR)], 'a', NOW);
    expect(allowedUsd(granted(ahead.all, CAP, NOW + 10))).toBe(5);
  });

  it('refuses to end what is not there, or is over', () => {
    expect(problemsOf(() => endAllowance([allowance('a', 5)], 'b', NOW))).toEqual([
      '--end: b is not known: expected one of a',
    ]);
    expect(problemsOf(() => endAllowance([], 'b', NOW))[0]).toContain('nothing else is allowed now');
    expect(problemsOf(() => endAllowance([allowance('a', 5, 0, NOW)], 'a', NOW))[0]).toContain('was over at');
  });
});

describe('what comes next, with --quiet', () => {
  afterEach(() => {
    beQuiet(false);
    vi.restoreAllMocks();
  });
  const told = (problem?: string): string => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    beQuiet();
    tellNext({ own: { id: 'allow-1' }, isEnd: false, problem }, ' --stack x');
    return stderr.mock.calls.map(([text]) => text).join('');
  };

  it('is said where the list may not hold it: the sentence before announces the command', () => {
    expect(told('somebody else wrote')).toMatch(
      /^do not rely on it: somebody else wrote\. .* again:\n.*\.\/killswitch allow --list --stack x/,
    );
  });

  it('is left out where all went well', () => expect(told()).toBe(''));
});
