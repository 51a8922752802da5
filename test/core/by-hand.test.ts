import { describe, expect, it, test } from 'vitest';
import { GLOBAL } from '../../lambda/core/model.ts';
import { composeReport } from '../../lambda/core/report/report.ts';
import type { Trigger } from '../../lambda/core/verdict/trigger.ts';
import { findings, gap, input, outcome, skip } from './report-input.ts';

const BY_HAND: Trigger = { source: 'cli', id: 'ks-1', action: 'fire', reason: 'a person fired it by hand' };
const OF_THE_FUNCTION: readonly Trigger[] = [
  { source: 'budget', id: 'm-1', sentAt: '2026-01-31T12:00:00Z', text: '' },
  { source: 'invoke', id: 'ks-1', action: 'fire', reason: 'a person fired it by hand' },
  { source: 'schedule', id: 'tick-1', action: 'tick', reason: 'the schedule' },
];
const ROLE = 'arn:aws:sts::123456789012:assumed-role/killswitch/function';

/** Where IAM refuses to list keys, or to disable one; and a region refuses temporary credentials. */
const REFUSALS = {
  'to look': { gaps: [gap({ kind: 'iam-access-key', scope: GLOBAL, code: 'AccessDenied' })] },
  'to act': {
    scopes: [
      findings({
        scope: GLOBAL,
        outcomes: [
          outcome({
            kind: 'iam-access-key',
            scope: GLOBAL,
            verb: 'disable',
            status: 'failed',
            error: 'AccessDenied: no',
          }),
        ],
      }),
    ],
  },
};

describe.each(Object.entries(REFUSALS))('IAM refused us %s', (_, refused) => {
  const advice = (trigger: Trigger, caller: string) =>
    composeReport(input({ ...refused, trigger, caller })).byHand.join('\n');

  it.each(OF_THE_FUNCTION)('as the deployed function ($source): it never advises itself', (trigger) => {
    const told = advice(trigger, ROLE);
    expect(told).toContain("IAM refused the function's own role");
    expect(told).toContain('./killswitch fire');
    expect(told).toContain('npx cdk deploy --revert-drift');
    expect(told).not.toContain('--deployed');
    expect(told).not.toContain('your key');
  });

  it('with the key of a user: AWS may have quarantined it, and the deployed function may still act', () => {
    const told = advice(BY_HAND, 'arn:aws:iam::123456789012:user/alice');
    expect(told).toContain('AWS may have quarantined your key');
    expect(told).toContain('./killswitch fire --deployed');
  });

  it('as a role, which AWS quarantines never', () => {
    const told = advice(BY_HAND, ROLE);
    expect(told).not.toContain('quarantined');
    expect(told).toContain('./killswitch fire --deployed');
  });
});

test.each(OF_THE_FUNCTION)(
  "a region that refuses the function's credentials ($source): nobody sets its environment",
  (trigger) => {
    const refused = { gaps: [gap({ code: 'AuthFailure', scope: 'af-south-1' })] };
    const told = composeReport(input({ ...refused, trigger, caller: ROLE })).byHand.join('\n');
    expect(told).toContain("refused the function's credentials (AuthFailure)");
    expect(told).toContain('run from a laptop, with an access key: ./killswitch fire');
    expect(told).not.toContain('AWS_STS_REGIONAL_ENDPOINTS');
  },
);

test('keys that were left alone, since nobody knows whose they are: run it again soon', () => {
  const left = skip({ kind: 'iam-access-key', scope: GLOBAL, id: 'AKIA1', skip: 'unidentified' });
  const report = composeReport(input({ trigger: BY_HAND, scopes: [findings({ skips: [left] })] }));
  expect(report.byHand).toContainEqual(expect.stringContaining('no key and no user was touched'));
});
