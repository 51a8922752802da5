import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLOBAL, type Outcome, type Skip } from '../../lambda/core/model.ts';
import { composeReport, exitCodeOf } from '../../lambda/core/report/report.ts';
import { findings, gap, input, outcome, skip } from './report-input.ts';

const found = (change: Parameters<typeof findings>[0]) =>
  composeReport(input({ scopes: [findings(change)] }));

describe('clean', () => {
  it('is an account where all that was found was stopped', () => {
    const report = found({ outcomes: [outcome()], skips: [skip()], firstActedAt: input().startedAt + 1_234 });
    expect(report).toMatchObject({ contained: true, clean: true, byHand: [] });
    expect(report.timings).toMatchObject({
      seconds: 21.5,
      firstActionSeconds: 1.23,
      lastActionSeconds: 1.23,
    });
    expect(report.regions['us-east-1']).toMatchObject({ done: 1, failed: 0, skipped: 1, clean: true });
    expect(exitCodeOf(report)).toBe(0);
  });

  it('is an account where something vanished first, which is no failure', () => {
    const report = found({ outcomes: [outcome({ status: 'gone' })] });
    expect(report).toMatchObject({ clean: true, actions: [], skips: [{ id: 'i-1', code: 'gone' }] });
    expect(exitCodeOf(report)).toBe(0);
  });

  it('is an account with a root key, which is a step to take by hand', () => {
    const report = found({
      skips: [skip({ kind: 'iam-root-key', skip: 'manual', reason: 'delete it at …' })],
    });
    expect(report).toMatchObject({ clean: true, byHand: ['delete it at …'] });
  });

  it('is an account whose only gap the owner accepted', () => {
    const report = found({ gaps: [gap({ accepted: true, code: 'UnauthorizedOperation' })] });
    expect(report).toMatchObject({ clean: true, gaps: [{ accepted: true }] });
  });

  it.each([
    ['a failure', found({ outcomes: [outcome({ status: 'failed', error: 'InternalError' })] })],
    ['a gap', found({ gaps: [gap()] })],
    ['a gap outside the scopes', composeReport(input({ gaps: [gap({ kind: 'journal', scope: GLOBAL })] }))],
    ['something that cannot be stopped', found({ skips: [skip({ skip: 'unstoppable' })] })],
    [
      'something that AWS refused to stop',
      found({ outcomes: [outcome({ status: 'unstoppable', error: 'no' })] }),
    ],
    ['a scope that still found something new', found({ quiet: false })],
    ['a failed last step', composeReport(input({ outcomes: [outcome({ status: 'failed', error: 'x' })] }))],
  ])('is not an account with %s', (_, report) => {
    expect(report.clean).toBe(false);
    expect(exitCodeOf(report)).toBe(3);
    expect(report.byHand.length).toBeGreaterThan(0);
  });
});

describe('a look that changes nothing', () => {
  const look = (change: Parameters<typeof findings>[0]) =>
    composeReport(input({ acted: false, scopes: [findings({ quiet: false, passes: 1, ...change })] }));

  it('exits with 0 if there are no gaps, and is never called contained', () => {
    const report = look({ outcomes: [outcome({ status: 'planned' })] });
    expect(report).toMatchObject({ contained: false, clean: false, actions: [{ status: 'planned' }] });
    expect(exitCodeOf(report)).toBe(0);
    expect(report.timings.firstActionSeconds).toBeUndefined();
    expect(look({})).toMatchObject({ clean: true, contained: false, byHand: [] });
  });

  it('exits with 3 if there is a gap', () => {
    expect(exitCodeOf(look({ gaps: [gap()] }))).toBe(3);
    expect(exitCodeOf(look({ gaps: [gap({ accepted: true })] }))).toBe(0);
  });
});

describe('what is left to do by hand', () => {
  it('names the exempt key of the caller, since it may be the leaked one', () => {
    const report = found({
      skips: [skip({ kind: 'iam-access-key', scope: GLOBAL, id: 'AKIA1', skip: 'caller' })],
    });
    expect(report.byHand).toContainEqual(expect.stringMatching(/may be the leaked one/));
  });

  it('says what still works when AWS has quarantined the caller', () => {
    const denied = { code: 'AccessDenied', error: 'AccessDenied: explicit deny' };
    const trigger = {
      source: 'cli',
      id: 'ks-1',
      action: 'fire',
      reason: 'a person fired it by hand',
    } as const;
    const steps = (change: Parameters<typeof findings>[0]) =>
      composeReport(input({ trigger, scopes: [findings(change)] })).byHand.join('\n');
    const step = /CloudShell.*fire --deployed/s;
    expect(steps({ gaps: [gap({ scope: GLOBAL, ...denied })] })).toMatch(step);
    const refused = outcome({ kind: 'iam-access-key', scope: GLOBAL, status: 'failed', ...denied });
    expect(steps({ outcomes: [refused] })).toMatch(step);
    expect(steps({ gaps: [gap({ scope: 'us-east-1', ...denied })] })).not.toMatch(step);
  });
});

describe('the document', () => {
  const anyOutcome: fc.Arbitrary<Outcome> = fc.record({
    kind: fc.constantFrom('ec2-instance', 'iam-access-key'),
    scope: fc.constantFrom('us-east-1', GLOBAL),
    id: fc.constantFrom('a', 'b', 'c'),
    verb: fc.constantFrom('stop', 'unprotect', 'disable'),
    status: fc.constantFrom('done', 'failed', 'gone', 'unstoppable', 'planned'),
  });
  const anySkip: fc.Arbitrary<Skip> = fc.record({
    kind: fc.constantFrom('ec2-instance', 'iam-user'),
    scope: fc.constantFrom('us-east-1', GLOBAL),
    id: fc.constantFrom('a', 'b', 'd'),
    skip: fc.constantFrom('allowed', 'caller', 'unstoppable', 'protected-user', 'unidentified'),
    reason: fc.constantFrom('x', 'y'),
  });
  const anyGap = fc
    .record({ code: fc.constantFrom('A', 'B'), error: fc.string(), kind: fc.constantFrom('k', 'l') })
    .map(gap);

  it('is the same for the same findings in any order', () => {
    const anyFindings = fc.record({
      outcomes: fc.array(anyOutcome),
      skips: fc.array(anySkip),
      gaps: fc.array(anyGap),
    });
    const shuffled = anyFindings.chain((all) =>
      fc.record({
        all: fc.constant(all),
        again: fc.record({
          outcomes: fc.shuffledSubarray(all.outcomes, { minLength: all.outcomes.length }),
          skips: fc.shuffledSubarray(all.skips, { minLength: all.skips.length }),
          gaps: fc.shuffledSubarray(all.gaps, { minLength: all.gaps.length }),
        }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ all, again }) => {
        const one = composeReport(input({ scopes: [findings(all), findings({ scope: GLOBAL })] }));
        const other = composeReport(input({ scopes: [findings({ scope: GLOBAL }), findings(again)] }));
        expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      }),
    );
  });

  it('mentions all that was found, each resource as an action or as a skip', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome), fc.array(anySkip), (outcomes, skips) => {
        const report = found({ outcomes, skips });
        const mentioned = new Set(
          [...report.actions, ...report.skips].map((row) => `${row.kind} ${row.region} ${row.id}`),
        );
        for (const each of [...outcomes, ...skips])
          expect(mentioned).toContain(`${each.kind} ${each.scope} ${each.id}`);
        expect(report.clean && exitCodeOf(report) !== 0).toBe(false);
        if (outcomes.some(({ status }) => status === 'failed')) expect(report.clean).toBe(false);
      }),
    );
  });
});
