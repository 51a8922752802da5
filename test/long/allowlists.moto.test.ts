import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { Cli, signedWith } from '../cli/cli-process.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

const HERE = ['--region', 'us-east-1', '--json'];
const MISSING = 'i-0123456789abcdef0';

let moto: Moto;
let cli: Cli;
let planted: PlantedAccount;
let folder: string;
let spared: string;
let other: string;

beforeAll(async () => {
  moto = await emptyMoto();
  cli = await Cli.build(signedWith(PLANTER, moto.url));
  planted = new PlantedAccount(moto.url);
  [spared = '', other = ''] = await planted.instances('us-east-1', 2);
  folder = mkdtempSync(join(tmpdir(), 'killswitch-config-'));
});

afterAll(async () => {
  planted.close();
  cli.remove();
  rmSync(folder, { recursive: true, force: true });
  await moto.stop();
});

/** Runs it in a folder with this file beside it. */
async function beside(file: object | string, args: readonly string[]) {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  writeFileSync(join(folder, 'killswitch.config.json'), text);
  const { stdout, ...rest } = await cli.run(args, {}, { cwd: folder });
  const report = stdout === '' ? undefined : (JSON.parse(stdout) as Report);
  return { ...rest, report, stops: report?.actions.map(({ id }) => id).sort() };
}
const file = () => ({ email: 'me@example.com', allow: { instances: [spared] } });
const both = () => [spared, other].sort();

describe('killswitch.config.json beside the command', () => {
  it('spares what it lists, says so, and is left out by --no-config', async () => {
    const plan = await beside(file(), ['plan', ...HERE]);
    expect(plan.stops).toEqual([other]);
    expect(plan.stderr).toContain(`spares what killswitch.config.json lists: ${spared}`);
    expect(plan.stderr).toContain('--no-config leaves it out');
    const stranger = 'arn:aws:iam::999999999999:user/dev/alice';
    const elsewhere = await beside({ allow: { ...file().allow, users: [stranger] } }, ['plan', ...HERE]);
    expect(elsewhere.stderr).toContain(
      `${stranger} is of another account than 123456789012, and spares nothing`,
    );
    const without = await beside(file(), ['plan', '--no-config', ...HERE]);
    expect(without.stops).toEqual(both());
    expect(without.stderr).not.toContain('killswitch.config.json');
  });

  it('is joined with what the command line names', async () => {
    const { stops, report } = await beside(file(), ['plan', '--allow-instance', other, ...HERE]);
    expect(stops).toEqual([]);
    expect(report?.unmatched).toBeUndefined();
  });

  it.each([
    ['is no JSON', '{ "allow": ', ':1:12: value expected'],
    [
      'has an entry that is none',
      { allow: { instances: ['i-1'] } },
      'allow.instances.0 is not an instance id',
    ],
    ['names no kind', { allow: { resources: ['ec2-instanse/us-east-1/i-1'] } }, 'ec2-instanse'],
  ])('ends the command where it %s: nobody is stopped by a typo', async (_, text, message) => {
    const { code, stderr } = await beside(text, ['fire', '--yes', ...HERE]);
    expect(stderr).toContain(message);
    expect(stderr).toContain('--no-config');
    expect(code).toBe(2);
    expect(new Set(await planted.running('us-east-1'))).toEqual(new Set(both()));
  });
});

describe('what --allow-… names and nothing matches', () => {
  it('is named in the plan', async () => {
    const { code, report } = await beside(file(), ['plan', '--allow-instance', MISSING, ...HERE]);
    expect(report?.unmatched).toEqual([`--allow-instance ${MISSING}`]);
    expect(report?.byHand.join()).toContain(`--allow-instance ${MISSING} matches nothing`);
    expect(code).toBe(0);
  });

  it('is named in the report, and nobody has agreed to it with --yes: exit code 3', async () => {
    const names = ['--allow-instance', MISSING, '--allow-user', 'nobody', '--exclude-region', 'global'];
    const { code, report } = await beside(file(), ['fire', '--yes', ...names, ...HERE]);
    expect(report?.unmatched).toEqual(['--allow-user nobody', `--allow-instance ${MISSING}`]);
    expect(report?.clean).toBe(true);
    expect(code).toBe(3);
    expect(await planted.running('us-east-1')).toEqual([spared]);
  });
});
