import { describe, expect, it } from 'vitest';
import { errorFacts, type Gap, GLOBAL } from '../../lambda/core/model.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { leftAlone, notDone } from '../../lambda/core/report/not-done.ts';
import { composeReport, type ReportInput } from '../../lambda/core/report/report.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { findings, gap, input, outcome, skip } from './report-input.ts';

const KINDS = ['ec2-auto-scaling-group', 'ec2-instance', 'ec2-spot-request'];
const IAM_KINDS = ['iam-access-key', 'iam-root-key'];
const plan = {
  acted: false,
  trigger: { source: 'cli', id: 'ks-1', action: 'plan', reason: 'a person asked for a plan' },
} as const;

/** What a run says whose calls fail like this, in each region and in IAM. */
function rowsOf(fault: (scope: string, kind: string) => Pick<Gap, 'code' | 'error'> | undefined, more = {}) {
  const scopes = [GLOBAL, ...DEFAULT_REGIONS].map((scope) =>
    findings({
      scope,
      gaps: (scope === GLOBAL ? IAM_KINDS : KINDS).flatMap((kind) => {
        const failed = fault(scope, kind);
        return failed ? gap({ kind, scope, ...failed }) : [];
      }),
    }),
  );
  return notDone(composeReport(input({ ...plan, scopes, ...more } as Partial<ReportInput>)), allKinds);
}

const nodeError = (code: string, message: string) => errorFacts(Object.assign(new Error(message), { code }));

describe('where every call fails in the same way, a screen says it once, with what to do', () => {
  it.each([
    ['ProxyError', 'the proxy answers 407', /name and password in HTTPS_PROXY/],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND ec2.us-east-1.amazonaws.com', /network, its DNS and its proxy/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', /NODE_EXTRA_CA_CERTS/],
    ['CERT_NOT_YET_VALID', 'certificate is not yet valid', /clock of this machine/],
  ])('%s', (code, message, todo) => {
    const rows = rowsOf(() => nodeError(code, message));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^could not look at .*ec2-instance.* in 18 regions \(/);
    expect(rows[0]).toContain(`${code}: ${message}`);
    expect(rows[0]).toMatch(todo);
  });

  it('a missing permission names the policy file and whom to attach it to', () => {
    const denied = { code: 'UnauthorizedOperation', error: 'UnauthorizedOperation: not authorized' };
    const rows = rowsOf((scope) => (scope === GLOBAL ? undefined : denied));
    expect(rows).toEqual([
      'could not look at ec2-auto-scaling-group, ec2-instance and ec2-spot-request in 17 regions ' +
        '(ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1 and 13 more): ' +
        'UnauthorizedOperation: not authorized. To do: attach docs/permissions/plan.json to ' +
        'arn:aws:iam::123456789012:user/alice',
    ]);
    const fire = rowsOf((scope) => (scope === GLOBAL ? undefined : denied), { acted: true });
    expect(fire[0]).toContain('docs/permissions/fire.json');
    const root = rowsOf(() => denied, { caller: 'arn:aws:iam::123456789012:root' });
    expect(root[0]).toMatch(/To do: ask whoever administers your organization/);
  });

  it('a deployed function whose permission is missing gets its role back', () => {
    const rows = rowsOf(() => ({ code: 'AccessDenied', error: 'AccessDenied: no' }), {
      trigger: input().trigger,
    });
    expect(rows[0]).toMatch(/To do: put its role back: npx cdk deploy --revert-drift$/);
  });
});

describe('regions that are closed', () => {
  const SCP = 'not authorized … with an explicit deny in a service control policy';
  const denied = (text: string) => ({
    code: 'UnauthorizedOperation',
    error: `UnauthorizedOperation: ${text}`,
  });
  const FLAGS = '--accept-denied eu-west-1 --accept-denied sa-east-1';

  it.each(['not authorized', SCP])(
    'are told apart from a missing permission by those that are open: %s',
    (text) => {
      const rows = rowsOf((scope) => (['eu-west-1', 'sa-east-1'].includes(scope) ? denied(text) : undefined));
      expect(rows).toHaveLength(1);
      expect(rows[0]).toContain('in eu-west-1 and sa-east-1: ');
      expect(rows[0]?.endsWith(`add ${FLAGS}`)).toBe(true);
    },
  );

  it('are not those in which one kind is denied, and another region gives no answer: that is a missing permission', () => {
    const [first, ...others] = rowsOf((scope, kind) => {
      if (scope === 'sa-east-1') return { code: 'TimeoutError', error: 'TimeoutError: late' };
      return scope !== GLOBAL && kind === KINDS[0] ? denied('not authorized') : undefined;
    });
    expect([first, ...others].join('\n')).not.toContain('--accept-denied');
    expect(first).toContain('attach docs/permissions/plan.json');
    expect(others).toHaveLength(1);
  });

  it("are told by AWS's words where no region is open", () => {
    expect(rowsOf((scope) => (scope === GLOBAL ? undefined : denied(SCP)))[0]).toContain(
      '--accept-denied us-east-1',
    );
  });
});

it('different causes have different rows, and an unknown one says what AWS said', () => {
  const rows = rowsOf((scope) => {
    if (scope === 'eu-west-1') return { code: 'InternalError', error: 'InternalError: try later' };
    return scope === 'eu-west-2' ? nodeError('ECONNRESET', 'socket hang up') : undefined;
  });
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/in eu-west-1: InternalError: try later$/);
  expect(rows[1]).toMatch(/in eu-west-2: ECONNRESET: socket hang up\. To do: /);
});

it('says how many of one kind in one place are alike', () => {
  const ofUser = (name: string) =>
    gap({ kind: 'iam-access-key', scope: GLOBAL, code: 'ServiceFailure', error: `keys of user ${name}: x` });
  const report = composeReport(input({ gaps: [ofUser('a'), ofUser('b'), ofUser('c')] }));
  expect(notDone(report, allKinds)).toEqual([
    'could not look at iam-access-key in global: keys of user a: x (and 2 more like it)',
  ]);
});

it('what failed, cannot be stopped or is spared has a row for each reason, with the first ids', () => {
  const of = (count: number, make: (id: string) => object) =>
    Array.from({ length: count }, (_, at) => make(`i-${at + 1}`));
  const report = composeReport(
    input({
      scopes: [
        findings({
          outcomes: of(300, (id) => outcome({ id, status: 'failed', error: 'InternalError: x' })) as never,
          skips: of(4, (id) => skip({ id: `m${id}` })) as never,
        }),
      ],
    }),
  );
  expect(notDone(report, allKinds)).toEqual([
    'ec2-instance i-1, i-10, i-100 and 297 more (us-east-1): could not stop: InternalError: x',
  ]);
  expect(leftAlone(report)).toEqual([
    'ec2-instance mi-1, mi-2, mi-3 and 1 more (us-east-1): on the allowlist',
  ]);
});

it('a row holds nothing that could steer a terminal, whoever wrote the error', () => {
  const [row] = rowsOf((scope) =>
    scope === 'eu-west-1' ? { code: 'X', error: 'X: \u001b[2Jall is clean\n\u202e' } : undefined,
  );
  expect(row).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
