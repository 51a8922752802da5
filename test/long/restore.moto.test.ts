import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountContent,
  activeAccessKeys,
  readAccount,
  runningInstances,
} from '../../lab/testbed/account-reader.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PlantedAccount, type PlantedUser } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { Cli, signedWith } from '../cli/cli-process.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

const REGIONS = ['us-east-1', 'eu-west-1'] as const;
const ACCOUNT = '123456789012';

interface Step {
  readonly kind: string;
  readonly region: string;
  readonly id: string;
  readonly verb: string;
  readonly status: string;
  readonly detail: string;
}
interface RestoreDocument {
  readonly schemaVersion: number;
  readonly incident: string;
  readonly account: string;
  readonly dryRun: boolean;
  readonly steps: readonly Step[];
  readonly unreadable: readonly string[];
}

let moto: Moto;
let proxy: RecordingProxy;
let cli: Cli;
let planted: PlantedAccount;
let owner: PlantedUser;
let mallory: PlantedUser;
let incident: string;
let lost: string;
let kept: string;
let european: string;

const read = (): Promise<AccountContent> => readAccount(moto, { regions: REGIONS });
const keyOf = (user: PlantedUser, at: 0 | 1) => user.accessKeys[at]?.accessKeyId ?? '';
const isDenied = (account: AccountContent, name: string) =>
  account.users.find((user) => user.name === name)?.attachedPolicies.length === 1;
const documentOf = (stdout: string) => JSON.parse(stdout) as RestoreDocument;
const statusOf = (steps: readonly Step[], id: string) =>
  steps.filter((step) => step.id === id).map(({ verb, status }) => `${verb} ${status}`);

beforeAll(async () => {
  moto = await emptyMoto();
  proxy = await startProxy(moto.url);
  planted = new PlantedAccount(moto.url);
  owner = await planted.user('owner', 1);
  mallory = await planted.user('mallory', 2);
  [lost = '', kept = ''] = await planted.instances('us-east-1', 2);
  [european = ''] = await planted.instances('eu-west-1', 1);
  await planted.protect('us-east-1', [kept], 'DisableApiStop');
  cli = await Cli.build(
    signedWith(owner.accessKeys[0] ?? { accessKeyId: '', secretAccessKey: '' }, proxy.url),
  );
  const regions = REGIONS.flatMap((region) => ['--region', region]);
  const { code, stdout } = await cli.run(['fire', '--yes', '--json', ...regions]);
  expect(code).toBe(0);
  incident = (JSON.parse(stdout) as { incident: string }).incident;
  await planted.ec2('us-east-1').send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
});

afterAll(async () => {
  planted.close();
  cli.remove();
  await proxy.stop();
  await moto.stop();
});

describe('restore, step by step', () => {
  it('names the incidents that there are when it does not know one', async () => {
    const { code, stderr } = await cli.run(['restore', 'ks-20200101-000000-0000', '--yes']);
    expect(stderr).toContain(`is not known: expected one of ${incident}`);
    expect(code).toBe(2);
  });

  it('refuses a key that the incident did not disable', async () => {
    const { code, stderr } = await cli.run(['restore', incident, '--yes', '--key', 'AKIAIOSFODNN7EXAMPLE']);
    expect(stderr).toContain(`--key: AKIAIOSFODNN7EXAMPLE was not disabled by ${incident}`);
    expect(code).toBe(2);
  });

  it('shows with --dry-run what would come back, and changes nothing', async () => {
    const before = await read();
    const { code, stdout, stderr } = await cli.run(['restore', incident, '--dry-run']);
    expect(stderr).toMatch(new RegExp(`${keyOf(mallory, 0)}  mallory  0 days old  never used +stays off`));
    expect(stdout).toContain(`eu-west-1        1 instance (${european})`);
    expect(stdout).toContain(`CANNOT COME BACK\n  us-east-1        ec2-instance ${lost}: was terminated`);
    expect(stdout).not.toContain('access key');
    expect(code).toBe(0);
    expect(await read()).toEqual(before);
  });

  it('does nothing when a person types something else', async () => {
    const before = await read();
    const { code, stdout } = await cli.onTerminal(['restore', incident], ['yes']);
    expect(stdout).toContain('WOULD BE PUT BACK');
    expect(stdout).toContain(`expected ${incident}, got "yes"`);
    expect(code).toBe(2);
    expect(await read()).toEqual(before);
  });

  it('goes on past a region that refuses, exits 3, and finishes when repeated', async () => {
    proxy.rules.add({
      when: { operation: 'StartInstances', region: 'eu-west-1' },
      fault: { kind: 'access-denied' },
    });
    const refused = await cli.run(['restore', incident, '--yes', '--json']);
    proxy.rules.clear();
    const { steps, ...document } = documentOf(refused.stdout);
    expect(document).toMatchObject({
      schemaVersion: 1,
      incident,
      account: ACCOUNT,
      dryRun: false,
      unreadable: [],
    });
    expect(statusOf(steps, european)).toEqual(['stop failed']);
    expect(statusOf(steps, kept).sort()).toEqual(['stop restored', 'unprotect restored']);
    expect(statusOf(steps, lost)).toEqual(['stop impossible']);
    expect(refused.stderr).toContain(`To try again what failed: ./killswitch restore ${incident}`);
    expect(refused.code).toBe(3);

    const again = await cli.run(['restore', incident, '--yes', '--json']);
    expect(statusOf(documentOf(again.stdout).steps, european)).toEqual(['stop restored']);
    expect(statusOf(documentOf(again.stdout).steps, kept).sort()).toEqual([
      'stop unchanged',
      'unprotect unchanged',
    ]);
    expect(again.code).toBe(0);
    const account = await read();
    expect(new Set(runningInstances(account))).toEqual(new Set([kept, european]));
    expect(activeAccessKeys(account)).toEqual([keyOf(owner, 0)]);
    expect(isDenied(account, 'mallory')).toBe(true);
  });

  it('gives back only the key that a person names, and its user’s permissions with it', async () => {
    const { code, stdout } = await cli.onTerminal(
      ['restore', incident, '--key', keyOf(mallory, 0)],
      [incident],
    );
    expect(stdout).toMatch(new RegExp(`${keyOf(mallory, 0)} .*COMES BACK`));
    expect(stdout).toMatch(new RegExp(`${keyOf(mallory, 1)} .*stays off`));
    expect(code).toBe(0);
    const account = await read();
    expect(new Set(activeAccessKeys(account))).toEqual(new Set([keyOf(owner, 0), keyOf(mallory, 0)]));
    expect(isDenied(account, 'mallory')).toBe(false);
  });

  it('gives back all keys with --all-keys, and changes nothing when repeated', async () => {
    const { code, stderr } = await cli.run(['restore', incident, '--yes', '--all-keys']);
    expect(stderr).toMatch(new RegExp(`${keyOf(mallory, 1)} .*COMES BACK`));
    expect(code).toBe(0);
    const account = await read();
    expect(activeAccessKeys(account)).toHaveLength(3);

    const again = documentOf((await cli.run(['restore', incident, '--yes', '--all-keys', '--json'])).stdout);
    expect(again.steps.filter(({ status }) => status === 'restored')).toEqual([]);
    expect(await read()).toEqual(account);
  });

  it('is listed by incidents, with what was done and that it was put back', async () => {
    const { code, stdout } = await cli.run(['incidents', '--json']);
    const { incidents } = JSON.parse(stdout) as { incidents: Record<string, unknown>[] };
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      incident,
      unreported: [],
      done: expect.arrayContaining([
        '3 instances stopped (disks are kept) in 2 regions',
        '2 access keys disabled',
      ]),
      restoredAt: expect.any(String),
      journal: join(cli.home, '.local/state/killswitch', ACCOUNT),
    });
    expect(code).toBe(0);
    const text = await cli.run(['incidents']);
    expect(text.stdout).toMatch(new RegExp(`^${incident} .* 1 run +restored `));
  });

  it('warns about journal lines that it cannot read, and exits 3', async () => {
    const folder = join(cli.home, '.local/state/killswitch', ACCOUNT, 'runs', incident, 'journal');
    const [file = ''] = readdirSync(folder);
    appendFileSync(join(folder, file), 'not a record\n');
    const { code, stdout, stderr } = await cli.run(['restore', incident, '--yes', '--json']);
    expect(stderr).toContain('JOURNAL LINES THAT CANNOT BE READ');
    expect(documentOf(stdout).unreadable).toEqual([`runs/${incident}/journal/${file}: not a record`]);
    expect(code).toBe(3);
  });

  it('finds the journal where --journal says', async () => {
    const journal = join(cli.home, '.local/state/killswitch');
    const there = await cli.run(['restore', incident, '--dry-run', '--journal', journal], {
      XDG_STATE_HOME: '/dev/null',
    });
    expect(there.stderr).toContain(`journaled in ${join(journal, ACCOUNT)}`);
    const elsewhere = await cli.run(['restore', incident, '--dry-run'], {
      XDG_STATE_HOME: join(cli.home, 'none'),
    });
    expect(elsewhere.stderr).toContain(
      `nothing was journaled in ${join(cli.home, 'none/killswitch', ACCOUNT)}`,
    );
    expect(elsewhere.code).toBe(2);
  });
});
