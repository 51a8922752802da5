import { beforeAll, describe, expect, it } from 'vitest';
import { billFor } from '../../lab/cost/bill.ts';
import { AIM_USD, perLookOf } from '../../lab/cost/findings.ts';
import { DAY_MS, playCalm, standingParts } from '../../lab/cost/hobby-account.ts';
import type { Recorded } from '../../lab/cost/recording.ts';
import { type StandingParts, standingPartsOf } from '../../lab/cost/standing-parts.ts';
import { idleMonth } from '../../lab/cost/usage.ts';

const AGAINST_HANGING_MS = 600_000;

describe('a quarter of a calm day of the deployed stack, its daily self-check included', () => {
  let parts: StandingParts;
  let quarter: Recorded;

  beforeAll(async () => {
    parts = await standingParts();
    quarter = await playCalm(DAY_MS / 4);
  }, AGAINST_HANGING_MS);

  it('ticks every five minutes, and nothing fails', () => {
    expect([quarter.ticks, quarter.runs, quarter.failedRuns, quarter.deadLetters]).toEqual([72, 72, 0, 0]);
  });

  it('costs at most ten cents a month with the always-free tier', () => {
    const { usdBeyondFree, lines } = billFor(idleMonth(quarter, parts));
    expect(usdBeyondFree).toBeLessThanOrEqual(AIM_USD);
    expect(lines.find(({ id }) => id === 'lambda-requests')?.quantity).toBe(8_640);
  });

  it('stays below what a look may take', () => {
    const look = perLookOf(quarter);
    expect(look.calls).toBeLessThanOrEqual(26);
    expect(look.mostCalls).toBeGreaterThan(40); // the self-check is among them
    expect(look.mostCalls).toBeLessThanOrEqual(50);
    expect(look.billedMs).toBeLessThanOrEqual(700);
    expect(look.logBytes).toBeLessThanOrEqual(950);
    expect(look.s3WritesAnHour).toBeLessThanOrEqual(1.5);
  });

  it('asks nobody who it is, changes nothing, and tells the owner nothing', () => {
    expect(quarter.calls.byOperation.has('sts GetCallerIdentity')).toBe(false);
    expect([quarter.calls.writes, quarter.mails]).toEqual([0, 0]);
  });

  it('fits into the free alarms, and keeps nothing for ever', () => {
    expect(parts.alarmMetrics).toBeLessThanOrEqual(10);
    expect(parts).toMatchObject({ logDays: 90, versionDays: 400, actionBudgets: 0 });
    expect(() => standingPartsOf('/nowhere')).toThrow('ENOENT');
  });
});
