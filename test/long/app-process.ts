import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inPackage } from '../../build/package.ts';

/** Runs bin/app.ts as the CDK CLI does, in a folder that has no settings file. */
export function synth(context: Record<string, unknown>, extra: NodeJS.ProcessEnv = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'killswitch-app-'));
  const outdir = join(scratch, 'cdk.out');
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

export const GOOD = {
  email: 'me@example.com',
  monthlyBudgetUsd: '50',
  'allow.users': 'alice',
  armAfterHours: '24',
  'guard.forwardFrom': 'eu-west-1,us-east-1,sa-east-1',
};
export const ENVIRONMENT = { SOURCE_DATE_EPOCH: '1769776496', CDK_DEFAULT_ACCOUNT: '123456789012' };
