import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENT, GOOD, synth } from './app-process.ts';

describe('the CDK app', () => {
  it('refuses bad settings with exit code 2, every problem, and no stack trace', () => {
    const { status, stderr, outdir } = synth({ email: 'nobody', monthlyBudgetUsd: '0', budget: '5' });
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(4); // one a field, and the missing allowlist
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(outdir, 'Killswitch.template.json'))).toBe(false);
  });

  describe('with good settings', () => {
    let outdir: string;
    let asset: string;
    // It starts Node, TypeScript and the CDK library anew, and builds the bundle in one more process.
    beforeAll(() => {
      const app = synth(GOOD, ENVIRONMENT);
      expect([app.status, app.stderr]).toEqual([0, expect.not.stringContaining('rror')]);
      ({ outdir } = app);
      asset = readdirSync(outdir).find((entry) => entry.startsWith('asset.')) ?? '';
    });
    const settings = () => JSON.parse(readFileSync(join(outdir, asset, 'settings.json'), 'utf8'));

    // The same bytes each time: test/lib/bundle.test.ts, and test/long/app.test.ts.
    it('synthesizes the bundle with the settings beside it', () => {
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
      const entries = readdirSync(outdir);
      expect(entries.filter((entry) => entry.endsWith('.template.json')).sort()).toEqual([
        'Killswitch-forward-eu-west-1.template.json',
        'Killswitch-forward-sa-east-1.template.json',
        'Killswitch.template.json',
      ]);
      expect(settings().armAt).toBe('2026-01-31T13:00:00Z');
    });
  });
});
