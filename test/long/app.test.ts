import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';

const scratch = mkdtempSync(join(tmpdir(), 'killswitch-app-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs bin/app.ts as the CDK CLI does, in a folder that has no settings file. */
function synth(name: string, context: Record<string, unknown>, extra: NodeJS.ProcessEnv = {}) {
  const outdir = join(scratch, name);
  const app = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), inPackage('bin', 'app.ts')],
    {
      cwd: scratch,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        ...extra,
      },
    },
  );
  return { ...app, outdir };
}

const GOOD = {
  email: 'owner@example.com',
  monthlyBudgetUsd: '50',
  'allow.users': 'alice',
  armAfterHours: '24',
  'guard.forwardFrom': 'eu-west-1,us-east-1,sa-east-1',
};
const ENVIRONMENT = { SOURCE_DATE_EPOCH: '1769776496', CDK_DEFAULT_ACCOUNT: '123456789012' };

const hashOf = (directory: string): string => {
  const hash = createHash('sha256');
  for (const file of readdirSync(directory).sort())
    hash.update(file).update(readFileSync(join(directory, file)));
  return hash.digest('hex');
};

describe('the CDK app', () => {
  it('refuses bad settings with exit code 2, every problem, and no stack trace', () => {
    const { status, stderr, outdir } = synth('bad', { email: 'nobody', monthlyBudgetUsd: '0', budget: '5' });
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(4); // one a field, and the missing allowlist
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(outdir, 'Killswitch.template.json'))).toBe(false);
  });

  describe('with good settings', () => {
    let assemblies: { readonly outdir: string; readonly asset: string }[];
    // Each starts Node, TypeScript and the CDK library anew, and builds the bundle in one more process.
    beforeAll(() => {
      assemblies = ['first', 'second'].map((name) => {
        const { status, stderr, outdir } = synth(name, GOOD, ENVIRONMENT);
        expect([status, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
        return { outdir, asset: readdirSync(outdir).find((entry) => entry.startsWith('asset.')) ?? '' };
      });
    });
    const settings = () => {
      const { outdir = '', asset = '' } = assemblies[0] ?? {};
      return JSON.parse(readFileSync(join(outdir, asset, 'settings.json'), 'utf8'));
    };

    it('synthesizes the bundle with the settings beside it, the same bytes each time', () => {
      const [first, second] = assemblies.map(({ outdir, asset }) => [asset, hashOf(join(outdir, asset))]);
      expect(first).toEqual(second);
      const { outdir = '', asset = '' } = assemblies[0] ?? {};
      expect(readdirSync(join(outdir, asset))).toEqual(
        expect.arrayContaining(['index.mjs', 'settings.json']),
      );
      expect(settings()).toMatchObject({
        monthlyBudgetUsd: 50,
        mode: 'stop',
        allow: { users: ['alice'], none: false },
      });
    });

    it('adds a stack for each region to forward from, and puts the moment of arming into the asset', () => {
      const entries = readdirSync(assemblies[0]?.outdir ?? '');
      expect(entries.filter((entry) => entry.endsWith('.template.json')).sort()).toEqual([
        'Killswitch-forward-eu-west-1.template.json',
        'Killswitch-forward-sa-east-1.template.json',
        'Killswitch.template.json',
      ]);
      expect(settings().armAt).toBe('2026-01-31T13:00:00Z');
    });
  });
});
