import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../build/bundle/bundle.ts';
import { bundleCli } from '../../build/bundle/cli-bundle.ts';
import { onceARun } from '../once-a-run.ts';

const DESCRIPTION = 'bundle.json';

/** The command line as `npm ci` builds it: once for all test files of a run, since each build takes two seconds. */
export async function bundledCli(): Promise<Bundle> {
  const outdir = await onceARun('cli', async (folder) => {
    const bundle = await bundleCli(folder);
    writeFileSync(join(folder, DESCRIPTION), JSON.stringify(bundle));
  });
  return { ...(JSON.parse(readFileSync(join(outdir, DESCRIPTION), 'utf8')) as Bundle), outdir };
}
