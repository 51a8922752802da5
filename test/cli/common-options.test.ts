import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { onlyIn } from '../../bin/local/account-check.ts';
import { LookUp } from '../../bin/local/look-up.ts';
import { accountFlags, proposeFor, sameFlags } from '../../bin/terminal/flags.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import type { Identity } from '../../lambda/shell/sources/identity.ts';
import { version } from '../../package.json';
import { anyProgram, commandOf, prepared } from './any-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'killswitch-profiles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  proposeFor({});
  vi.restoreAllMocks();
});

const CONFIG = `[default]
region = us-east-1
[profile work]
sso_session = corp
[sso-session corp]
sso_region = us-east-1
[services local]
ec2 =
  endpoint_url = http://localhost:1
`;
process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials');
writeFileSync(join(folder, 'config'), CONFIG);
writeFileSync(
  join(folder, 'credentials'),
  '[old]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n',
);

it.each([
  ['--profile', ['plan', '--profile', 'wrok'], {}],
  ['AWS_PROFILE', ['plan'], { AWS_PROFILE: 'wrok' }],
])('a profile that does not exist is named with those that do: %s', async (source, args, env) => {
  const { thrown } = await prepared(args, env);
  expect(thrown).toBeInstanceOf(InputError);
  expect((thrown as InputError).problems).toEqual([
    `${source}: there is no profile wrok in the AWS config and credentials files; there are default, old, work`,
  ]);
});

it('a profile on the command line is the one that signs, and goes on to every proposed command', async () => {
  const env = { AWS_PROFILE: 'old' };
  const { thrown, program, host } = await prepared(
    ['plan', '--profile', 'work', '--account', '123456789012'],
    env,
  );
  expect(thrown).toBeUndefined();
  expect(host.env['AWS_PROFILE']).toBe('work');
  expect(host.lookUp.settings).toMatchObject({ account: '123456789012', isProfileNamed: true });
  expect(sameFlags(commandOf(program, 'plan'))).toBe(' --profile work --account 123456789012');
  expect(accountFlags()).toBe(' --profile work --account 123456789012');
});

it('how much is said is no part of a proposed command', async () => {
  const { program } = await prepared(['plan', '--verbose']);
  expect(sameFlags(commandOf(program, 'plan'))).toBe('');
});

it.each([
  [
    'an account that is none',
    ['fire', '--account', '12345'],
    '"12345" is not an account id: expected 12 digits',
  ],
  ['quiet and verbose', ['plan', '--quiet', '--verbose'], "'--quiet' cannot be used with option '--verbose'"],
])('refused in words: %s', async (_, args, message) => {
  const { thrown, said } = await prepared(args);
  expect(thrown).toBeInstanceOf(CommanderError);
  expect(said.join('')).toContain(message);
});

it.each([
  ['an unknown option', ['fire', '--now'], './killswitch fire --help'],
  ['a value that is none', ['restore', '../ks-1'], './killswitch restore --help'],
  ['a missing value', ['plan', '--region'], './killswitch plan --help'],
  ['a shell that is none', ['completion', 'ksh'], './killswitch completion --help'],
  ['an unknown command', ['explode'], './killswitch --help'],
  ['an option before the command', ['--profile', 'work', 'plan'], 'options go after the command'],
])('a usage error points to the help that explains it: %s', async (_, args, help) => {
  const { run, said } = await anyProgram(args);
  expect(await run()).toBeInstanceOf(CommanderError);
  expect(said.join('')).toContain(help);
});

it('--version prints the version of the package, and loads no command', async () => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { run, program } = await anyProgram(['--version']);
  expect(await run()).toMatchObject({ exitCode: 0 });
  expect(printed.mock.calls.map(([text]) => text)).toEqual([`${version}\n`]);
  expect(program.commands).toEqual([]);
});

it('the SDK takes the profile before keys in the environment, and its nine lines on that are not shown', async () => {
  const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  const both = { AWS_PROFILE: 'old', AWS_ACCESS_KEY_ID: 'AKIAI44QH8DHBEXAMPLE', AWS_SECRET_ACCESS_KEY: 's' };
  Object.assign(process.env, both);
  const { accessKeyId } = await new LookUp()
    .clients(systemClock, AbortSignal.timeout(60_000))
    .credentials()
    .finally(() => {
      for (const name of Object.keys(both)) delete process.env[name];
    });
  expect(accessKeyId).toBe('AKIAIOSFODNN7EXAMPLE');
  expect(warned).not.toHaveBeenCalled();
});

const caller = { exemptKeys: new Set<string>(), unknown: false };
const owner = { ...caller, account: '123456789012', arn: 'arn:aws:iam::123456789012:user/owner' };
const gap = { kind: 'caller-identity', scope: 'global', code: 'TimeoutError', error: 'STS did not answer' };
const refused = async (identity: Identity, answered: number): Promise<string> => {
  const thrown = await onlyIn('999999999999', Promise.resolve(identity), { answered }).catch((each) => each);
  expect(thrown).toBeInstanceOf(InputError);
  return (thrown as InputError).problems.join();
};

it('--account lets the named account through, also where STS says it late', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const late: Identity = { caller, gap, inTheEnd: Promise.resolve({ caller: owner }) };
  for (const identity of [{ caller: owner }, late])
    expect(await onlyIn('123456789012', Promise.resolve(identity), { answered: 1 })).toEqual({
      caller: owner,
    });
});

it('--account refuses another account, and names it', async () => {
  expect(await refused({ caller: owner }, 1)).toContain(
    'credentials are of account 123456789012 (arn:aws:iam::123456789012:user/owner), not of 999999999999',
  );
});

it('--account refuses where STS gives no answer: the account may be any', async () => {
  expect(await refused({ caller, gap }, 1)).toContain('is unknown (STS did not answer)');
  expect(await refused({ caller, gap }, 0)).toContain('network: no call to AWS was answered');
});
