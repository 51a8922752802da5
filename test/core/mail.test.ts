import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLOBAL } from '../../lambda/core/model.ts';
import { composeFailureMail, composeMail } from '../../lambda/core/report/mail.ts';
import { composeReport, type ReportInput } from '../../lambda/core/report/report.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { findings, gap, input, outcome, skip } from './report-input.ts';

const mailOf = (change: Partial<ReportInput> = {}) => composeMail(composeReport(input(change)), allKinds);
const stopped = Array.from({ length: 3 }, (_, i) => outcome({ id: `i-${i}` }));
const keys = ['AKIA1', 'AKIA2'].map((id) =>
  outcome({ kind: 'iam-access-key', scope: GLOBAL, id, verb: 'disable' }),
);
const IS_SUBJECT = /^[\x20-\x7e]{1,99}$/;

describe('the mail after a run that stopped everything', () => {
  const { subject, text } = mailOf({
    scopes: [
      findings({
        outcomes: stopped,
        skips: [skip({ id: 'i-mine' })],
        lastActedAt: input().startedAt + 2_000,
      }),
      findings({ scope: 'eu-west-1', outcomes: [outcome({ scope: 'eu-west-1', id: 'i-9' })] }),
      findings({ scope: GLOBAL, outcomes: keys }),
    ],
    journal: 's3://journal/runs/ks-1/report.json',
    spend: { rows: [{ service: 'EC2', region: 'us-east-1', usd: 1234.5 }] },
  });

  it('says first that the account is clean, in the subject and in both languages', () => {
    expect(subject).toBe('Killswitch 123456789012: FIRED: account is clean');
    const [first, second, third, fourth] = text.split('\n');
    expect(first).toMatch(/^Killswitch stopped 6 things in account 123456789012\. .*2 s/);
    expect(second).toBe('It is clean now, in what was examined: all 2 enabled regions and IAM.');
    expect(third).toBe('');
    expect(fourth).toMatch(/^\(日本語\) 6 件を停止・無効化しました/);
  });

  it('counts what was stopped, by kind and place', () => {
    expect(text).toContain('  - 4 instances stopped (disks are kept) in 2 regions\n');
    expect(text).toContain('  - 2 access keys disabled\n');
  });

  it('says why, what was left alone, what costs money, and what to do next', () => {
    expect(text).toContain('WHY\n  - actual spend $60.00 ≥ limit $50.00');
    expect(text).toContain('LEFT ALONE\n  - ec2-instance i-mine (us-east-1): on the allowlist');
    expect(text).toMatch(/WHERE THE MONEY GOES .*\n {2}- +\$1234\.50 {2}EC2, us-east-1/);
    expect(text).toContain('./killswitch restore ks-20260131-120000-0001');
    expect(text).toContain('report    s3://journal/runs/ks-1/report.json');
  });

  it('has no empty section', () => {
    expect(text).not.toContain('NOT STOPPED');
  });
});

describe('the mail after a run that fired and found nothing', () => {
  it('does not claim that it stopped anything', () => {
    const { subject, text } = mailOf({ scopes: [findings(), findings({ scope: GLOBAL })] });
    expect(subject).toBe('Killswitch 123456789012: FIRED: nothing was left to stop, account is clean');
    expect(text).toMatch(/^Killswitch found nothing to stop in account 123456789012\.\nIt is clean now/);
  });
});

describe('the mail after an exposed key alone was locked out', () => {
  const [key] = keys;

  it('says that nothing else was touched, and does not claim that anything was stopped', () => {
    const scopes = [findings({ scope: GLOBAL, outcomes: key ? [key] : [] })];
    const { subject, text } = mailOf({ only: 'keys', scopes });
    expect(subject).toBe('Killswitch 123456789012: EXPOSED KEY locked out, nothing else was touched');
    expect(text).toMatch(
      /^Killswitch, account 123456789012: a key that AWS reports as exposed is locked out/,
    );
    expect(text).toContain('  - 1 access key disabled\n');
    expect(text).not.toMatch(/^Killswitch stopped/);
  });

  it('says that the exposed key is not active', () => {
    const { subject, text } = mailOf({ only: 'keys', scopes: [findings({ scope: GLOBAL })] });
    expect(subject).toBe('Killswitch 123456789012: AWS reports an exposed key, but it is not active');
    expect(text).toContain('it is not an active key of this account');
  });

  it('is like any other mail if something is left to do', () => {
    const failed = outcome({ scope: GLOBAL, status: 'failed', error: 'AccessDenied: no' });
    const { subject } = mailOf({ only: 'keys', scopes: [findings({ scope: GLOBAL, outcomes: [failed] })] });
    expect(subject).toBe('Killswitch 123456789012: FIRED: 1 thing left to do');
  });
});

describe('the mail after a run that left something', () => {
  it('counts what is left in the subject, and lists it', () => {
    const failed = outcome({ status: 'failed', error: 'UnauthorizedOperation: no' });
    const { subject, text } = mailOf({ scopes: [findings({ outcomes: [failed], gaps: [gap()] })] });
    expect(subject).toBe('Killswitch 123456789012: FIRED: 2 things left to do');
    expect(text).toMatch(/^It is NOT clean yet: 1 thing still on, 1 place not seen/m);
    expect(text).toContain('- ec2-instance i-1 (us-east-1): could not stop: UnauthorizedOperation: no');
    expect(text).toContain('- could not look at ec2-instance in eu-west-1: InternalError: try later');
    expect(text).toMatch(/まだ 1 件が残っています。1 か所を確認できませんでした/);
    expect(text).not.toContain('\nSTOPPED\n');
  });

  it('never calls an account clean before two looks found nothing new', () => {
    const { subject, text } = mailOf({ scopes: [findings({ outcomes: stopped, quiet: false })] });
    expect(subject).toBe('Killswitch 123456789012: FIRED: NOT clean yet');
    expect(text).toMatch(/NOT clean yet: time ran out/);
    expect(text).toContain('Run it again');
    expect(text).not.toMatch(/残りはありません/);
  });

  it('shows twenty rows of a long list and says how many more there are', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      outcome({ id: `i-${i}`, status: 'failed', error: `Reason${i}: no` }),
    );
    const { text } = mailOf({ scopes: [findings({ outcomes: many })] });
    expect(text.match(/could not stop/g)).toHaveLength(20);
    expect(text).toContain('and 280 more');
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
  });
});

describe('the mail after a look', () => {
  const look = (change: Partial<ReportInput>) => mailOf({ acted: false, ...change });

  it('says that nothing was changed', () => {
    const { subject, text } = look({ scopes: [findings({ outcomes: [outcome({ status: 'planned' })] })] });
    expect(subject).toContain('nothing was changed');
    expect(text).toMatch(/^Killswitch, account \d+: .*nothing was changed\.\n/);
    expect(text).toContain('WOULD BE STOPPED\n  - 1 instance stopped in us-east-1');
    expect(text).not.toMatch(/restore|root password/);
  });

  it('says that an alarm did not fire', () => {
    expect(look({ verdict: { level: 'calm', reasons: ['below'] } }).subject).toContain('did not fire');
  });

  it('says that it was a test', () => {
    const trigger = { source: 'control', id: 't', action: 'test', reason: 'a test' } as const;
    expect(look({ trigger, verdict: { level: 'calm', reasons: ['test only'] } }).subject).toContain('TEST');
  });
});

describe('every mail', () => {
  it('has a subject that SNS takes', () => {
    for (const account of ['123456789012', 'unknown'])
      for (const acted of [true, false]) expect(mailOf({ account, acted }).subject).toMatch(IS_SUBJECT);
    fc.assert(
      fc.property(fc.nat({ max: 30_000 }), fc.boolean(), (count, quiet) => {
        const gaps = Array.from({ length: count % 50 }, () => gap());
        expect(mailOf({ scopes: [findings({ gaps, quiet })] }).subject).toMatch(IS_SUBJECT);
      }),
    );
  });

  it('cannot be forged by an intruder: a name with line breaks stays on its line', () => {
    const id = 'web\n\nKillswitch stopped everything.\r\nIt is clean now\u2028really';
    const failed = outcome({
      kind: 'ec2-auto-scaling-group',
      verb: 'suspend',
      id,
      status: 'failed',
      error: 'no',
    });
    const { text } = mailOf({ scopes: [findings({ outcomes: [failed] })] });
    expect(text).not.toMatch(/^(Killswitch stopped everything|It is clean now|really)/m);
    expect(text).toContain('web Killswitch stopped everything. It is clean now really');
  });
});

describe('the mail after a run that broke half way', () => {
  const trigger = input().trigger;

  it('says so, what was stopped so far, and what to do', () => {
    const { subject, text } = composeFailureMail(
      '123456789012',
      trigger,
      'TypeError: x',
      [{ outcomes: [outcome(), outcome({ id: 'i-2', status: 'failed' })] }],
      allKinds,
    );
    expect(subject).toMatch(IS_SUBJECT);
    expect(subject).toContain('BROKE HALF WAY');
    expect(text).toMatch(/^Killswitch BROKE HALF WAY in account 123456789012/);
    expect(text).toContain('STOPPED SO FAR\n  - 1 instance stopped in us-east-1');
    expect(text).toContain('./killswitch fire');
    expect(text).toContain('TypeError: x');
  });

  it('does not claim stops that were not made', () => {
    expect(composeFailureMail('123456789012', trigger, 'x', [], allKinds).text).not.toContain(
      'STOPPED SO FAR',
    );
  });
});
