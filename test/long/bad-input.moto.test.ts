import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { freePort } from '../../simulated-aws/host/loopback.ts';
import { ALLOW, REFUSED_UNREAD, type Refused } from '../cli/bad-input-rows.ts';
import { Cli, signedWith } from '../cli/cli-process.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

const READS = /^(Describe|List|Get)/;
/** A file where a folder is wanted: not even root can write there. */
const NO_FOLDER = join(tmpdir(), `killswitch-no-folder-${process.pid}`);

let moto: Moto;
/** Everything but the one run that does act goes through here. */
let proxy: RecordingProxy;
/** The same account, where every token has expired. */
let expired: RecordingProxy;
let cli: Cli;
let planted: PlantedAccount;
let instances: string[];
let keys: string[];

beforeAll(async () => {
  moto = await emptyMoto();
  proxy = await startProxy(moto.url);
  expired = await startProxy(moto.url);
  expired.rules.add({
    when: { service: 'sts' },
    fault: { kind: 'error', code: 'ExpiredToken', status: 403, message: 'The security token has expired' },
  });
  cli = await Cli.build(signedWith(PLANTER, proxy.url));
  planted = new PlantedAccount(moto.url);
  instances = await planted.instances('us-east-1', 1);
  const mallory = await planted.user('mallory', 1);
  keys = mallory.accessKeys.map(({ accessKeyId }) => accessKeyId);
  writeFileSync(NO_FOLDER, '');
});

afterAll(async () => {
  planted.close();
  cli.remove();
  rmSync(NO_FOLDER);
  await proxy.stop();
  await expired.stop();
  await moto.stop();
});

/** By every call so far: tests run at the same time, so that each answers for all. What that left is looked at in the end. */
function expectNothingChanged(): void {
  const calls = [...proxy.calls, ...expired.calls].map(({ operation }) => operation);
  expect(calls.filter((operation) => !READS.test(operation))).toEqual([]);
}

describe.concurrent('bad input: a message, exit code 2, and nothing is changed', () => {
  it.each<Refused>([
    // In one process, every day: test/cli/bad-input.test.ts.
    ...REFUSED_UNREAD,
    [
      'a region that does not exist',
      ['fire', '--yes', '--region', 'us-east-9'],
      'us-east-9 is not a region of this',
    ],
    [
      'an excluded region that does not exist',
      ['fire', '--yes', '--exclude-region', 'eu-wset-1'],
      'eu-wset-1 is not',
    ],
    ['a bucket without a name', ['fire', '--yes', '--journal', 's3://'], 's3:// is not a bucket'],
    ['an unknown incident', ['restore', 'ks-1', '--yes'], 'ks-1 is not known, and no other is'],
    [
      'an order to a stack that is not there',
      ['fire', '--deployed', '--yes'],
      'Killswitch is not deployed in this account',
    ],
    [
      'an allowance for a stack that is not there',
      [...ALLOW, '--reason', 'mine', '--yes'],
      'Killswitch is not deployed in this account',
    ],
    ['a test of a stack that is not there', ['test-alarm'], 'Killswitch is not deployed in this account'],
    [
      'a journal folder that cannot be written',
      ['fire', '--journal', NO_FOLDER],
      'there is no terminal to ask on',
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expectNothingChanged();
  });

  it.each(['plan', 'fire', 'restore', 'incidents', 'status', 'test-alarm', 'allow'])(
    '%s without credentials',
    async (command) => {
      const { code, stderr } = await cli.run(complete(command), {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
      });
      expect(stderr).toContain('error: credentials: CredentialsProviderError');
      expect(stderr).toContain('nothing was changed');
      expect(code).toBe(2);
      expectNothingChanged();
    },
  );

  it.each(['plan', 'fire', 'restore', 'status'])('%s with expired credentials', async (command) => {
    const { code, stderr } = await cli.run(complete(command), { AWS_ENDPOINT_URL: expired.url });
    expect(stderr).toMatch(/error: credentials: ExpiredToken\w*: The security token has expired/);
    expect(code).toBe(2);
    expectNothingChanged();
  });

  it.each(['plan', 'fire', 'restore', 'incidents', 'status'])('%s where nothing answers', async (command) => {
    const { code, stderr } = await cli.run(complete(command), {
      AWS_ENDPOINT_URL: `http://localhost:${await freePort()}`,
    });
    expect(stderr).toContain('error: network: no call to AWS was answered');
    expect(code).toBe(2);
    expectNothingChanged();
  });
});

describe.concurrent('a person on a terminal', () => {
  it('sees the plan, types something else, and nothing is changed', async () => {
    const { code, stdout } = await cli.onTerminal(['fire', '--region', 'us-east-1'], ['yes']);
    expect(stdout).toContain('1 instance stopped');
    expect(stdout).toContain('Type 123456789012 to stop all of the above');
    expect(stdout).toContain('expected 123456789012, got "yes"');
    expect(code).toBe(2);
    expectNothingChanged();
  });

  it.each([
    ['Ctrl-C', '\x03', 'interrupted: nothing was changed', 130],
    ['Ctrl-D', '\x04', 'confirmation: the input ended before an answer', 2],
  ])('presses %s, and reads that nothing was changed', async (_key, typed, words, exitCode) => {
    const { code, stdout } = await cli.onTerminal(['fire', '--region', 'us-east-1'], [typed]);
    expect(stdout).toContain('Type 123456789012 to stop all of the above');
    expect(stdout).toContain(words);
    expect(stdout).toMatch(/nothing was changed\s*$/);
    expect(code).toBe(exitCode);
    expectNothingChanged();
  });

  it('is asked about a journal folder that cannot be written', async () => {
    const { code, stdout } = await cli.onTerminal(['fire', '--journal', NO_FOLDER], ['no']);
    expect(stdout).toContain(`--journal: ${NO_FOLDER} cannot be written`);
    expect(stdout).toContain('expected go on, got "no"');
    expect(code).toBe(2);
    expectNothingChanged();
  });
});

it('and after all of that everything is as before', async () => {
  expect(proxy.calls.length).toBeGreaterThan(0);
  expectNothingChanged();
  expect(await planted.running('us-east-1')).toEqual(instances);
  expect(await planted.activeKeys()).toEqual(keys);
});

describe.concurrent('a journal folder that cannot be written, with --yes', () => {
  it('stops nothing: the record is on stderr, exit code 3', async () => {
    const [instance] = await planted.instances('ap-south-1', 1);
    const { code, stdout, stderr } = await cli.run(
      [
        ...['fire', '--yes', '--json', '--region', 'ap-south-1', '--exclude-region', 'global'],
        ...['--journal', NO_FOLDER],
      ],
      { AWS_ENDPOINT_URL: moto.url },
    );
    const records = stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(records.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([instance]);
    const report = JSON.parse(stdout) as { gaps: { kind: string }[] };
    expect(report.gaps.map(({ kind }) => kind)).toEqual(['journal']);
    expect(code).toBe(3);
    expect(await planted.running('ap-south-1')).toEqual([]);
  });
});

/** A command line of this command that would act, if anything answered. */
const complete = (command: string): string[] =>
  ({ fire: ['fire', '--yes'], restore: ['restore', 'ks-1', '--yes'], allow: ['allow', '--list'] })[
    command
  ] ?? [command];
