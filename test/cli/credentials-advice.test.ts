import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { advice, withAdvice } from '../../bin/local/credentials-advice.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { refusalOf } from '../../lambda/shell/sources/credentials.ts';

const PROFILES = {
  default: { aws_access_key_id: 'AKIA1', aws_secret_access_key: 'x' },
  work: { sso_session: 'corp' },
  'my admin': { role_arn: 'arn:aws:iam::1:role/admin', source_profile: 'work' },
  console: { login_session: 'arn:aws:iam::1:user/alice' },
  tool: { credential_process: 'secret-tool --password hunter2' },
  orphan: { role_arn: 'r', source_profile: 'gone' },
};
const of = (AWS_PROFILE: string, isExpired = false) => advice({ AWS_PROFILE }, PROFILES, isExpired);

describe('what to do about credentials that are refused', () => {
  it.each([
    ['work', /^Sign in again for profile work: aws sso login --profile work$/],
    ['my admin', /^Sign in again for profile work, which my admin builds on: aws sso login --profile work$/],
    ['console', /^Sign in again for profile console: aws login --profile console$/],
    ['tool', /^The credential_process of profile tool/],
    ['default', /^The access key of profile default is disabled, deleted or mistyped$/],
    ['orphan', /^profile gone, which orphan builds on, is in neither file/],
    ['nosuch', /^No profile nosuch is in .*There is: default, work, my admin, console, tool, orphan\./],
  ])('names the profile %s', (name, expected) => {
    expect(of(name)).toMatch(expected);
    expect(of(name)).not.toContain('hunter2');
  });

  it('says that a session has expired', () => {
    expect(of('default', true)).toMatch(/session of profile default has expired/);
    expect(advice({ AWS_ACCESS_KEY_ID: 'ASIA1' }, PROFILES, true)).toMatch(/AWS_SESSION_TOKEN has expired/);
  });

  it('names the key of the environment, unless AWS_PROFILE comes before it', () => {
    expect(advice({ AWS_ACCESS_KEY_ID: 'AKIA9' }, PROFILES, false)).toMatch(/AWS_ACCESS_KEY_ID \(AKIA9\)/);
    expect(advice({ AWS_ACCESS_KEY_ID: 'AKIA9', AWS_PROFILE: 'work' }, PROFILES, false)).toContain(
      'profile work',
    );
    expect(advice({}, {}, false)).toMatch(
      /^There is no default profile, and no key in the environment\. Set AWS_PROFILE/,
    );
  });
});

describe('the refusal that a person sees', () => {
  const home = mkdtempSync(join(tmpdir(), 'killswitch-profiles-'));
  afterAll(() => rmSync(home, { recursive: true }));

  it('keeps what AWS said, and has the advice in place of the general one', async () => {
    const config = join(home, 'config');
    writeFileSync(config, '[profile work]\nsso_start_url = https://corp.example\n');
    process.env['AWS_CONFIG_FILE'] = config;
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(home, 'none');
    const expired = refusalOf(Object.assign(new Error('it is old'), { name: 'ExpiredToken' }));
    const advised = await withAdvice(expired, { AWS_PROFILE: 'work' });
    expect((advised as InputError).problems).toEqual([
      'credentials: ExpiredToken: it is old. Sign in again for profile work: aws sso login --profile work',
    ]);
  });

  it('leaves any other error as it is', async () => {
    const other = new InputError(['region: nowhere']);
    expect(await withAdvice(other, {})).toBe(other);
  });
});
