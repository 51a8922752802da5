import { describe, expect, it } from 'vitest';
import { GLOBAL } from '../../lambda/core/model.ts';
import { composeMail } from '../../lambda/core/report/mail.ts';
import { composeReport, type ReportInput } from '../../lambda/core/report/report.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { findings, gap, input, outcome, skip } from './report-input.ts';

function headOf(change: Partial<ReportInput> = {}) {
  const { subject, text } = composeMail(composeReport(input(change)), allKinds);
  const [english = '', japanese = ''] = text.split('\n\n');
  return { subject, english, japanese, text };
}
const machine = (id: string, change: Parameters<typeof outcome>[0] = {}) => outcome({ id, ...change });
const everywhere = ['us-east-1', 'eu-west-1', GLOBAL];
const looked = (scopes: readonly string[]) => scopes.map((scope) => findings({ scope }));

describe('"clean" names what was looked at', () => {
  it('is said of the account where nothing was left out', () => {
    const { subject, english, japanese } = headOf({ scopes: looked(everywhere) });
    expect(subject).toContain('account is clean');
    expect(english).toContain('It is clean now, in what was examined: all 2 enabled regions and IAM.');
    expect(japanese).toContain('2 リージョンと IAM');
  });

  it.each([
    [
      'one region',
      { onlyRegions: ['us-east-1'] },
      ['us-east-1', GLOBAL],
      'us-east-1 and IAM',
      'all other regions',
      'us-east-1 と IAM だけ',
    ],
    ['IAM alone', { onlyRegions: [GLOBAL] }, [GLOBAL], 'IAM', 'all regions', 'IAM だけ'],
    [
      'all but one',
      { excludeRegions: ['sa-east-1'] },
      everywhere,
      'eu-west-1, us-east-1 and IAM',
      'sa-east-1, excluded by you',
      'eu-west-1, us-east-1 と IAM だけ',
    ],
    [
      'no IAM',
      { excludeRegions: [GLOBAL] },
      ['us-east-1'],
      'us-east-1',
      'IAM, excluded by you',
      'us-east-1 だけ',
    ],
  ] as const)(
    'and of nothing else where a person narrowed it to %s',
    (_, narrowed, scopes, where, not, ja) => {
      const { subject, english, japanese } = headOf({ narrowed, scopes: looked(scopes) });
      expect(subject).toContain(`FIRED: clean only in ${where}`);
      expect(english).toContain(`Clean now: ${where}, in what was examined. NOT looked at: ${not}.`);
      expect(english).not.toContain('It is clean now');
      expect(japanese).toContain(ja);
      expect(japanese).toContain('ほかは確認していません');
    },
  );

  it('and not of a region that the organization closes', () => {
    const closed = gap({ scope: 'eu-west-1', code: 'UnauthorizedOperation', accepted: true });
    const scopes = [
      findings(),
      findings({ scope: 'eu-west-1', gaps: [closed] }),
      findings({ scope: GLOBAL }),
    ];
    const { english, japanese } = headOf({ scopes });
    expect(english).toContain('us-east-1 and IAM, in what was examined');
    expect(english).toContain('NOT looked at: eu-west-1, closed by your organization.');
    expect(japanese).toContain('us-east-1 と IAM だけ');
  });

  it('also in a report of an older function, which does not say what was left out', () => {
    const { places: _, ...older } = composeReport(input({ scopes: looked(everywhere) }));
    const { text } = composeMail(older, allKinds);
    expect(text).toContain('It is clean now, in what was examined: all 2 enabled regions and IAM.');
  });
});

describe('both languages say the same figures', () => {
  const failed = { status: 'failed', error: 'UnauthorizedOperation: no' } as const;
  const journal = gap({ kind: 'journal', scope: GLOBAL, error: 'the journal did not answer' });

  it('of what was stopped', () => {
    const { english, japanese } = headOf({
      scopes: [
        findings({ outcomes: [machine('i-1', { verb: 'unprotect' }), machine('i-1'), machine('i-2')] }),
      ],
    });
    expect(english).toMatch(/^Killswitch stopped 2 things in account 123456789012\./);
    expect(japanese).toContain('2 件を停止・無効化しました');
  });

  it('of a run that could stop nothing', () => {
    const { subject, english, japanese } = headOf({
      scopes: [findings({ outcomes: [machine('i-1', failed), machine('i-2', failed)] })],
    });
    expect(subject).toContain('2 things left to do');
    expect(english).toMatch(/^Killswitch could stop nothing in account 123456789012\./);
    expect(english).toContain('NOT clean yet: 2 things still on, listed below.');
    expect(japanese).toContain('停止できたものはありません');
    expect(japanese).toContain('2 件が残っています');
    expect(japanese).not.toMatch(/停止しました|無効化しました/);
  });

  it('of one machine that refused twice, once', () => {
    const { english, japanese } = headOf({
      scopes: [
        findings({ outcomes: [machine('i-1', { ...failed, verb: 'unprotect' }), machine('i-1', failed)] }),
      ],
    });
    expect(english).toContain('1 thing still on');
    expect(japanese).toContain('1 件が残っています');
  });

  it('of what cannot be stopped', () => {
    const { english, japanese } = headOf({ scopes: [findings({ skips: [skip({ skip: 'unstoppable' })] })] });
    expect(english).toMatch(/^Killswitch could stop nothing/);
    expect(english).toContain('1 thing still on');
    expect(japanese).toContain('1 件が残っています');
  });

  it('of places that were not seen, which are no machines', () => {
    const { subject, english, japanese } = headOf({
      scopes: [findings({ outcomes: [machine('i-1')], gaps: [gap(), gap({ kind: 'ec2-spot-request' })] })],
    });
    expect(subject).toContain('FIRED: 2 things left to do');
    expect(english).toContain('NOT clean yet: 2 places not seen, listed below.');
    expect(japanese).toContain('2 か所を確認できませんでした');
    expect(japanese).not.toContain('残っています');
  });

  it('of a problem with the journal, which is no machine and no place', () => {
    const { english, japanese, text } = headOf({
      scopes: [findings({ outcomes: [machine('i-1')] })],
      gaps: [journal],
    });
    expect(english).toContain('NOT clean yet: 1 other problem, listed below.');
    expect(japanese).toContain('1 件を停止・無効化しました');
    expect(japanese).toContain('そのほかの問題が 1 件');
    expect(japanese).not.toContain('残っています');
    expect(text).toContain('  - journal: the journal did not answer');
  });

  it('of nothing that was found where nothing could be seen', () => {
    const { english, japanese } = headOf({ scopes: [findings({ gaps: [gap()] })] });
    expect(english).toMatch(/^Killswitch found nothing to stop where it could look, in account/);
    expect(japanese).toContain('停止すべきものは見つかりませんでした');
    expect(japanese).toContain('1 か所を確認できませんでした');
  });
});
