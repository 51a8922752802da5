import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { advice, withAdvice } from '../../bin/local/credentials-advice.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { credentialsWithin, refusalOf } from '../../lambda/shell/sources/credentials.ts';
import { VirtualClock } from '../shell/virtual-clock.ts';

const PROFILES = {
  default: { aws_access_key_id: 'AKIA1', aws_secret_access_key: 'x' },
  work: { sso_session: 'corp' },
  'my admin': { role_arn: 'arn:aws:iam::1:role/admin', source_profile: 'work' },
  console: { login_session: 'arn:aws:iam::1:user/alice' },
  tool: { credential_process: 'secret-tool --password hunter2' },
  orphan: { role_arn: 'r', source_profile: 'gone' },
};
const refusedBy = (code: string, text = '') => ({ code, error: `${code}: ${text}` });
const BAD_KEY = refusedBy('InvalidClientTokenId');
const EXPIRED = refusedBy('ExpiredToken');
const of = (AWS_PROFILE: string, refusal = BAD_KEY) => advice({ AWS_PROFILE }, PROFILES, refusal);

describe('what to do about credentials that are refused', () => {
  it.each([
    ['work', /^Sign in again for profile work: aws sso login --profile work$/],
    ['my admin', /^Sign in again for profile work, which my admin builds on: aws sso login --profile work$/],
    ['console', /^Sign in again for profile console: aws login --profile console$/],
    ['tool', /^The credential_process of profile tool/],
    ['default', /^The access key of profile default is disabled, deleted or mistyped$/],
    ['orphan', /^profile gone, which orphan builds on, is in neither file/],
  ])('names the profile %s', (name, expected) => {
    expect(of(name)).toMatch(expected);
    expect(of(name)).not.toContain('hunter2');
  });

  it('says that a session has expired', () => {
    expect(of('default', EXPIRED)).toMatch(/session of profile default has expired/);
    expect(advice({ AWS_ACCESS_KEY_ID: 'ASIA1' }, PROFILES, EXPIRED)).toMatch(
      /AWS_SESSION_TOKEN has expired/,
    );
  });

  it('names the key of the environment, unless AWS_PROFILE comes before it', () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIA9', AWS_SECRET_ACCESS_KEY: 's' };
    expect(advice(env, PROFILES, BAD_KEY)).toMatch(/AWS_ACCESS_KEY_ID \(AKIA9\)/);
    expect(advice({ ...env, AWS_PROFILE: 'work' }, PROFILES, BAD_KEY)).toContain('profile work');
    expect(advice({}, {}, refusedBy('CredentialsProviderError'))).toMatch(
      /^There is no default profile, and no key in the environment; there is no other: aws configure .* Set AWS_PROFILE/,
    );
  });
});

describe('credentials that are good themselves are not blamed', () => {
  it.each([
    [
      'AccessDenied',
      '',
      /^The role of profile default refuses \(its trust policy, .* or the MFA code\): run it/,
    ],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND sts.us-east-1.amazonaws.com', /^Check the network, its DNS/],
    ['TimeoutError', '', /^Check the network, its DNS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate', /NODE_EXTRA_CA_CERTS/],
    ['RequestTimeTooSkewed', '', /^Set the clock of this machine/],
    ['ThrottlingException', 'Rate exceeded', /^Run it again/],
  ])('%s', (code, text, expected) => {
    expect(of('default', refusedBy(code, text))).toMatch(expected);
    expect(advice({ AWS_ACCESS_KEY_ID: 'AKIA9' }, PROFILES, refusedBy(code, text))).not.toContain('AKIA9');
  });

  it('single sign-on without a network: the SDK keeps only the text', () => {
    const text = 'Error: getaddrinfo ENOTFOUND portal.sso.us-east-1.amazonaws.com';
    expect(of('work', refusedBy('CredentialsProviderError', text))).toMatch(/^Check the network/);
    const expired = 'The SSO session associated with this profile has expired.';
    expect(of('work', refusedBy('CredentialsProviderError', expired))).toMatch(/^Sign in again/);
  });

  it('a key without its secret is not mistyped', () => {
    const nothing = refusedBy('CredentialsProviderError', 'Could not load credentials from any providers');
    expect(advice({ AWS_ACCESS_KEY_ID: 'AKIA9' }, {}, nothing)).toMatch(/^AWS_SECRET_ACCESS_KEY is not set/);
    expect(of('default', nothing)).toMatch(/^profile default holds no credentials that can be used/);
  });

  it.each([
    ['AccessDenied', Object.assign(new Error('MFA failed'), { name: 'AccessDenied' })],
    ['ENOTFOUND', Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })],
  ])('the code comes with the refusal: %s', async (code, thrown) => {
    const clock = new VirtualClock();
    const clients = new Clients(clock, new AbortController().signal, undefined, {
      credentials: () => Promise.reject(thrown),
    });
    await expect(clock.run(credentialsWithin(clients, clock))).rejects.toMatchObject({
      name: 'InputError',
      code,
    });
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

  it('names the profiles that can sign where there is no default one', async () => {
    const config = join(home, 'config-without-default');
    writeFileSync(config, '[profile work]\nsso_session = corp\n[sso-session corp]\nsso_region = us-east-1\n');
    process.env['AWS_CONFIG_FILE'] = config;
    const none = refusalOf(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    const [problem] = ((await withAdvice(none, {})) as InputError).problems;
    expect(problem).toContain(
      'There is no default profile, and no key in the environment; there is work. Set',
    );
  });

  it('leaves any other error as it is', async () => {
    const other = new InputError(['region: nowhere']);
    expect(await withAdvice(other, {})).toBe(other);
  });
});
