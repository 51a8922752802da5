import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Settings } from '../../lambda/core/settings.ts';
import { inPackage } from '../package.ts';
import { type Bundle, bundle } from './bundle.ts';
import { environmentCredentialsOnly } from './environment-credentials.ts';

/**
 * Writes the Lambda function's asset to `outdir`: `index.mjs` (exports `handler`), its chunks, and the settings
 * beside it, where an edit of the function's environment cannot reach them.
 * @param plugins asked before our own, e.g. for kinds that stand in for others.
 */
export async function bundleFunction(
  outdir: string,
  settings: Settings,
  plugins: readonly Plugin[] = [],
): Promise<Bundle> {
  const built = await bundle({
    entry: inPackage('lambda', 'handler.ts'),
    outdir,
    name: 'index',
    plugins: [...plugins, environmentCredentialsOnly()],
  });
  const { $schema: _editorHint, ...effective } = settings;
  await writeFile(join(outdir, 'settings.json'), `${JSON.stringify(effective, null, 2)}\n`);
  return built;
}
