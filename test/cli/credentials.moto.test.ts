import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { Cli, signedWith } from './cli-process.ts';

type Key = { readonly accessKeyId: string; readonly secretAccessKey: string };

let moto: Moto;
let calls: RecordingProxy;
let cli: Cli;
let planted: PlantedAccount;
let own: Key;
let other: Key;

beforeAll(async () => {
  moto = await emptyMoto();
  calls = await startProxy(moto.url);
  cli = await Cli.build(signedWith(PLANTER, calls.url));
  planted = new PlantedAccount(moto.url);
  own = await keyOf('owner');
  other = await keyOf('mallory');
});

afterAll(async () => {
  planted.close();
  cli.remove();
  await calls.stop();
  await moto.stop();
});

async function keyOf(user: string): Promise<Key> {
  const [key] = (await planted.user(user, 1)).accessKeys;
  if (!key) throw new Error(`${user} has no key`);
  return key;
}

let files = 0;
function fileOf(text: string): string {
  const path = join(cli.home, `file-${++files}`);
  writeFileSync(path, text);
  return path;
}

/** A command that gives a key as `credential_process` must. */
const giving = ({ accessKeyId, secretAccessKey }: Key) =>
  `cat ${fileOf(JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }))}`;

/** Signs with a profile: no key is in the environment, unless the profile takes it from there. */
const profile = (name: string, config: string, key?: Key): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: key?.accessKeyId ?? '',
  AWS_SECRET_ACCESS_KEY: key?.secretAccessKey ?? '',
  AWS_PROFILE: name,
  AWS_CONFIG_FILE: fileOf(config),
});

it('waits for a credential_process that takes its time, and says so', async () => {
  const gate = join(cli.home, 'typed');
  const command = fileOf(`until [ -e ${gate} ]; do sleep 0.1; done; ${giving(own)}`);
  const env = profile('slow', `[profile slow]\ncredential_process = sh ${command}\n`);
  const hear = (text: string) => {
    if (text.includes('waiting for credentials')) writeFileSync(gate, '');
  };
  const { code, stderr } = await cli.run(['plan', '--region', 'us-east-1'], env, { hear });
  expect(stderr).toContain(
    'waiting for credentials: the credential_process of profile slow has not answered',
  );
  expect(stderr).toContain('account 123456789012, as arn:aws:iam::123456789012:user/owner');
  expect(code).toBe(0);
});

const ADMIN = 'role_arn = arn:aws:iam::123456789012:role/admin';
const MIDDLE = `[profile middle]\nrole_arn = arn:aws:iam::123456789012:role/middle`;

it.each([
  ['credential_source', () => profile('a', `[profile a]\n${ADMIN}\ncredential_source = Environment\n`, own)],
  [
    'source_profile with a credential_process',
    () =>
      profile(
        'a',
        `[profile a]\n${ADMIN}\nsource_profile = b\n[profile b]\ncredential_process = ${giving(own)}\n`,
      ),
  ],
  [
    'a chain of roles over a credential_process',
    () =>
      profile(
        'a',
        `[profile a]\n${ADMIN}\nsource_profile = middle\n${MIDDLE}\nsource_profile = b\n[profile b]\ncredential_process = ${giving(own)}\n`,
      ),
  ],
  [
    'a chain of roles over the environment',
    () =>
      profile(
        'a',
        `[profile a]\n${ADMIN}\nsource_profile = middle\n${MIDDLE}\ncredential_source = Environment\n`,
        own,
      ),
  ],
  [
    'a chain of roles over a key in a file',
    () =>
      profile(
        'a',
        `[profile a]\n${ADMIN}\nsource_profile = middle\n${MIDDLE}\nsource_profile = b\n[profile b]\naws_access_key_id = ${own.accessKeyId}\naws_secret_access_key = ${own.secretAccessKey}\n`,
      ),
  ],
])('the key behind a role is exempt: %s', async (_, env) => {
  const { stdout, stderr } = await cli.run(['plan', '--json', '--region', 'us-east-1'], env());
  expect(stderr).toContain('assumed-role/admin/');
  const { actions, skips } = JSON.parse(stdout) as Report;
  const keys = actions.filter(({ kind }) => kind === 'iam-access-key').map(({ id }) => id);
  expect(keys).toEqual([other.accessKeyId]);
  expect(skips).toContainEqual(expect.objectContaining({ id: own.accessKeyId, code: 'caller' }));
});

const MFA = 'arn:aws:iam::123456789012:mfa/owner';
const withMfa = () =>
  profile(
    'a',
    `[profile a]\n${ADMIN}\nmfa_serial = ${MFA}\nsource_profile = b\n[profile b]\naws_access_key_id = ${own.accessKeyId}\naws_secret_access_key = ${own.secretAccessKey}\n`,
  );

it.each([
  ['a terminal that knows no control sequences', { TERM: 'dumb', NO_COLOR: undefined }],
  ['a terminal that knows them, with NO_COLOR', { TERM: 'xterm-256color', NO_COLOR: '1' }],
])('a profile with MFA asks for the code, and its role signs: %s', async (_, terminal) => {
  calls.forgetCalls();
  const args = ['plan', '--region', 'us-east-1'];
  const { code, stdout } = await cli.onTerminal(args, ['12345', '123456'], { ...withMfa(), ...terminal });
  expect(stdout).toContain('that is not an MFA code: it has six digits');
  expect(stdout).toContain('as arn:aws:sts::123456789012:assumed-role/admin/');
  const assumed = calls.calls.filter(({ operation }) => operation === 'AssumeRole');
  expect(assumed.map(({ parameters }) => parameters)).toEqual([
    expect.objectContaining({ SerialNumber: MFA, TokenCode: '123456' }),
  ]);
  expect(code).toBe(0);
  expect(stdout).not.toContain('\x1b');
});

it('a person who types no code is asked once, and nothing is changed', async () => {
  const { code, stdout } = await cli.onTerminal(['fire', '--region', 'us-east-1'], ['\x04'], withMfa());
  expect(stdout.split('Type the MFA code').length - 1).toBe(1);
  expect(stdout).toContain('error: credentials: no MFA code was typed\r\nnothing was changed');
  expect(code).toBe(2);
});

it('a profile with MFA and no terminal: it says what to do, and calls nothing', async () => {
  calls.forgetCalls();
  const { code, stderr } = await cli.run(['fire', '--yes'], withMfa());
  expect(stderr).toContain(
    `error: credentials: the profile wants an MFA code of ${MFA}, and there is no terminal`,
  );
  expect(stderr).toContain('nothing was changed');
  expect(code).toBe(2);
  expect(calls.calls).toEqual([]);
});

it('with a profile and keys in the environment it says which signs, and the profile does', async () => {
  const config = `[profile mine]\naws_access_key_id = ${own.accessKeyId}\naws_secret_access_key = ${own.secretAccessKey}\n`;
  const args = ['plan', '--region', 'us-east-1'];
  const env = profile('mine', config, other);
  const { stderr } = await cli.run(args, env);
  expect(stderr).toContain(
    'AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: AWS_PROFILE (mine) signs, and AWS_ACCESS_KEY_ID counts for nothing',
  );
  expect(stderr).toContain('user/owner');
  const named = await cli.run([...args, '--profile', 'mine'], { ...env, AWS_PROFILE: 'other' });
  expect(named.stderr).toContain('user/owner');
  expect(named.stderr).not.toContain('both set');
});
