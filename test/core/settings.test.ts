import { describe, expect, it } from 'vitest';
import { InputError, parseSettings } from '../../lambda/core/settings.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const MINIMAL = { email: 'me@example.com', monthlyBudgetUsd: 50, allow: { accessKeys: [KEY] } };

function problemsOf(input: unknown): readonly string[] {
  try {
    parseSettings(input, 'file');
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}
const withField = (field: object) => problemsOf({ ...MINIMAL, ...field });

describe('settings', () => {
  it('need an address, a budget and an allowlist; everything else has a safe default', () => {
    expect(parseSettings(MINIMAL, 'file')).toEqual({
      ...MINIMAL,
      awsBudgets: true,
      region: 'us-east-1',
      mode: 'stop',
      unstoppable: 'report',
      homeRegions: [],
      terminateElsewhere: false,
      allow: { accessKeys: [KEY], users: [], roles: [], instances: [], resources: [], none: false },
      quarantine: 'users',
      acceptDenied: [],
      notify: { webhooks: [] },
      tripwire: { enabled: true, everyMinutes: 5, exhaustWithinHours: 6, warnWithinHours: 24 },
      allowance: { maxHours: 24 },
      guard: { denyAtLimit: [], forwardFrom: [] },
      armAfterHours: 0,
      terminationProtection: true,
      logRetentionDays: 90,
    });
  });

  it('name every problem at once, each with its field, its value and the fix', () => {
    const problems = problemsOf({
      email: 'nobody',
      monthlyBudgetUsd: 0,
      mode: 'kill',
      region: 'us-esat-1',
      homeregions: [],
      allow: { accessKeys: ['AKIA123'], users: ['bad name'], instances: ['i-1'], everyone: true },
      notify: { webhooks: [{ url: 'http://example.com', format: 'teams' }] },
      logRetentionDays: 8,
      terminateElsewhere: true,
    });
    for (const words of [
      /^file: email is not an e-mail address \(it is "nobody"\)/,
      /monthlyBudgetUsd must be at least 1 .*\(it is 0\)/,
      /mode must be stop, terminate or dry-run \(it is "kill"\)/,
      /region is not a region .* \(it is "us-esat-1"\)/,
      /homeregions is not a setting: .*spelling/,
      /allow\.accessKeys\.0 is not an access key id: expected .*\(it is "AKIA123"\)/,
      /allow\.users\.0 is neither a user name nor a user ARN.*"bad name"/,
      /allow\.instances\.0 is not an instance id.*"i-1"/,
      /allow\.everyone is not a setting/,
      /notify\.webhooks\.0\.url must be an https:\/\/ URL/,
      /notify\.webhooks\.0\.format must be slack/,
      /logRetentionDays must be 7/,
      /terminateElsewhere needs homeRegions/,
    ])
      expect(problems).toContainEqual(expect.stringMatching(words));
    expect(problems).toHaveLength(13);
  });

  it.each([[null], ['text'], [7], [[]]])('that are not an object are refused: %j', (input) => {
    expect(problemsOf(input).length).toBeGreaterThan(0);
  });
});

describe('the allowlist', () => {
  it('may not be empty by accident, in any mode that disables keys', () => {
    const problem = expect.stringMatching(/every key in the account would be disabled/);
    expect(withField({ allow: {} })).toEqual([problem]);
    expect(withField({ allow: { instances: ['i-12345678'] }, mode: 'terminate' })).toEqual([problem]);
    expect(problemsOf({ allow: {} })).toContainEqual(problem);
    expect(withField({ allow: { none: true } })).toEqual([]);
    expect(withField({ allow: {}, mode: 'dry-run' })).toEqual([]);
  });

  it('is either given or `none`', () => {
    expect(withField({ allow: { none: true, users: ['alice'] } })).toEqual([
      expect.stringMatching(/allow\.none is true but/),
    ]);
  });

  it.each([
    ['one character short', 'AKIAIOSFODNN7EXAMPL'],
    ['one character long', 'AKIAIOSFODNN7EXAMPLES'],
    ['lower case', 'akiaiosfodnn7example'],
    ['with a space', ' AKIAIOSFODNN7EXAMPLE'],
    ['another line', 'AKIAIOSFODNN7EXAMPLE\nAKIAIOSFODNN7EXAMPLE'],
    ['a secret', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ])('refuses a key id that would match no key: %s', (_, id) => {
    expect(withField({ allow: { accessKeys: [id] } })).toEqual([
      expect.stringMatching(/not an access key id/),
    ]);
  });

  it('refuses temporary keys, and keys among the users: neither would ever match', () => {
    expect(withField({ allow: { accessKeys: ['ASIAIOSFODNN7EXAMPLE'] } })).toEqual([
      expect.stringMatching(/is a temporary key/),
    ]);
    expect(withField({ allow: { users: [KEY] } })).toEqual([
      expect.stringMatching(/list it among the access keys/),
    ]);
  });

  it.each([
    ['a role', 'arn:aws:iam::123456789012:role/admin'],
    ['another partition', 'arn:aws-cn:iam::123456789012:user/alice'],
    ['a wildcard', 'arn:aws:iam::123456789012:user/*'],
    ['no account', 'arn:aws:iam:::user/alice'],
    ['a name of 65 letters', 'a'.repeat(65)],
    ['an ARN whose name has 65 letters', `arn:aws:iam::123456789012:user/dev/${'a'.repeat(65)}`],
    ['a path without a name', 'arn:aws:iam::123456789012:user/dev/'],
    ['a path with a space', 'arn:aws:iam::123456789012:user/d v/alice'],
    ['a path in another alphabet', 'arn:aws:iam::123456789012:user/開発/alice'],
    ['nothing', ''],
  ])('refuses as a user: %s', (_, user) => {
    expect(withField({ allow: { users: [user] } })).toHaveLength(1);
  });

  it.each([
    ['a session', 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0/alice', /name of its role/],
    ['a user', 'arn:aws:iam::123456789012:user/alice', /neither a role nor root/],
    ['a name that may be root', 'root', /give its ARN/],
    ['no account', 'arn:aws:iam:::root', /neither a role nor root/],
    ['a path without a name', 'arn:aws:iam::123456789012:role/dev/', /neither a role nor root/],
  ])('refuses as a role: %s', (_, role, words) => {
    expect(withField({ allow: { none: true, roles: [role] } })).toEqual([expect.stringMatching(words)]);
  });

  it('takes roles, the role of an SSO sign-in, and root by its ARN, also beside `none`', () => {
    const sso = 'AWSReservedSSO_Admin_0123456789abcdef';
    const paths = `arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/${sso}`;
    const odd = 'arn:aws:iam::123456789012:role/a:b/!*/deploy';
    const roles = ['deploy', sso, paths, odd, 'arn:aws:iam::123456789012:root'];
    expect(withField({ allow: { none: true, roles } })).toEqual([]);
  });

  it('takes names and ARNs with paths, of all characters that AWS allows in them', () => {
    const printable = String.fromCharCode(...Array.from({ length: 0x7f - 0x21 }, (_, at) => 0x21 + at));
    const paths = ['', 'dev/ops/', '!*/', `${printable}/`];
    const users = paths.map((path) => `arn:aws:iam::123456789012:user/${path}alice`);
    expect(withField({ allow: { users: ['al+ice=a,b.c@d_e-f', ...users] } })).toEqual([]);
  });
});

describe('settings that need each other', () => {
  it('home regions with terminateElsewhere', () => {
    expect(withField({ terminateElsewhere: true, homeRegions: ['eu-west-1'] })).toEqual([]);
    expect(withField({ terminateElsewhere: true })).toHaveLength(1);
    // A mistyped region is one problem, not two.
    expect(withField({ terminateElsewhere: true, homeRegions: ['eu-west-9'] })).toHaveLength(1);
  });

  it('something that fires without AWS budgets, and AWS budgets for their own deny', () => {
    expect(withField({ awsBudgets: false })).toEqual([]);
    expect(withField({ awsBudgets: false, tripwire: { enabled: false } })).toEqual([
      expect.stringMatching(/awsBudgets is false, .* tripwire\.enabled is false: nothing would ever fire/),
    ]);
    expect(withField({ awsBudgets: false, guard: { denyAtLimit: ['alice'] } })).toEqual([
      expect.stringMatching(/awsBudgets is false, .*: guard\.denyAtLimit, .* must be empty/),
    ]);
  });

  it('PagerDuty with its key', () => {
    const hook = { url: 'https://events.pagerduty.com/v2/enqueue', format: 'pagerduty' };
    expect(withField({ notify: { webhooks: [hook] } })).toEqual([
      expect.stringMatching(/notify\.webhooks\.0\.routingKey is required/),
    ]);
    expect(withField({ notify: { webhooks: [{ ...hook, routingKey: 'R0' }] } })).toEqual([]);
  });

  it('plain http only to this machine', () => {
    const urls = (url: string) => withField({ notify: { webhooks: [{ url }] } });
    expect(urls('http://localhost:8080/hook')).toEqual([]);
    expect(urls('http://localhost.example.com/')).toHaveLength(1);
    expect(urls('http://127.0.0.1.example.com/')).toHaveLength(1);
    expect(urls('https://')).toHaveLength(1);
  });
});
