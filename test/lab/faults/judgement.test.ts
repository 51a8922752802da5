import { describe, expect, it } from 'vitest';
import { judgeFiring, judgeRestore } from '../../../lab/faults/alarm/judgement.ts';
import type { Firing } from '../../../lab/faults/alarm/setup.ts';
import { troubleOf } from '../../../lab/faults/disturbing/disturbance.ts';
import { composeReport } from '../../../lambda/core/report/report.ts';
import { findings, gap, input } from '../../core/report-input.ts';

const STOP = { service: 'ec2', operation: 'StopInstances' };
const ATTEMPT = { requestId: 'r', startedAt: 0, endedAt: 1, billedMs: 1, log: [] };
const CLEAN = composeReport(input({ spend: { rows: [] } }));
const WITH_GAP = composeReport(input({ spend: { rows: [] }, scopes: [findings({ gaps: [gap()] })] }));
const SAYS_CLEAN = ['Killswitch 123456789012: FIRED: account is clean'];
const SAYS_ONE = ['Killswitch 123456789012: FIRED: 1 thing left to do'];

const firing = (change: Partial<Firing> = {}): Firing => ({
  attempt: ATTEMPT,
  report: CLEAN,
  mails: SAYS_CLEAN,
  ...change,
});
const verdict = (trouble: string, fired: Firing, left: readonly string[] = []) =>
  judgeFiring(STOP, troubleOf(trouble), fired, left).verdict;

describe('a disturbed run is', () => {
  it('recovered when it is clean, says so, and left nothing', () => {
    expect(verdict('500 once', firing())).toBe('recovered');
  });

  it('silent when it calls an account clean that is not', () => {
    expect(verdict('500 once', firing(), ['i-1 us-east-1 running'])).toBe('silent');
    expect(verdict('500 always', firing({ mails: SAYS_ONE }), ['i-1 us-east-1 running'])).toBe('silent');
  });

  it('silent when the mail says clean and the report does not', () => {
    expect(verdict('500 always', firing({ report: WITH_GAP }), ['i-1 us-east-1 running'])).toBe('silent');
  });

  it('silent when what always failed is mentioned nowhere', () => {
    expect(verdict('500 always', firing())).toBe('silent');
  });

  it('silent when nobody got a mail and Lambda knows of no error', () => {
    expect(verdict('500 always', firing({ report: WITH_GAP, mails: [] }))).toBe('silent');
  });

  it('reported when the report or Lambda says what failed', () => {
    const told = firing({ report: WITH_GAP, mails: SAYS_ONE });
    expect(verdict('500 always', told, ['i-1 us-east-1 running'])).toBe('reported');
    const { report: _, ...untold } = firing({
      attempt: {
        ...ATTEMPT,
        error: { errorType: 'AggregateError', errorMessage: 'every notification failed' },
      },
      mails: [],
    });
    expect(verdict('500 always', untold)).toBe('reported');
  });

  it('too much left when the operation does not explain what is left', () => {
    const told = firing({ report: WITH_GAP, mails: SAYS_ONE });
    expect(verdict('500 always', told, ['AKIAIOSFODNN7EXAMPLE'])).toBe('too much left');
  });
});

describe('a disturbed restore is', () => {
  const SAYS = 'error: InternalError: try later';

  it.each([
    ['500 once', 0, [], '', 'recovered'],
    ['500 once', 0, ['stop of ec2-instance i-1'], SAYS, 'silent'],
    ['500 always', 0, [], '', 'silent'],
    ['500 always', 0, [], SAYS, 'reported'],
    ['500 always', 3, ['stop of ec2-instance i-1'], SAYS, 'reported'],
    ['500 once', 1, [], SAYS, 'reported'],
  ] as const)('%s, exit code %i, %j lost, "%s" said: %s', (trouble, exitCode, lost, stderr, expected) => {
    expect(judgeRestore(troubleOf(trouble), { exitCode, stdout: '', stderr }, lost).verdict).toBe(expected);
  });
});
