import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../lambda/core/settings.ts';
import { type Bundle, bundle, inPackage } from './bundle.ts';

/**
 * Writes the Lambda function's asset to `outdir`: `index.mjs` (exports `handler`), its chunks, and the settings
 * beside it, where an edit of the function's environment cannot reach them.
 */
export async function bundleFunction(outdir: string, settings: Settings): Promise<Bundle> {
  const built = await bundle({ entry: inPackage('lambda', 'handler.ts'), outdir, name: 'index' });
  const { $schema: _editorHint, ...effective } = settings;
  await writeFile(join(outdir, 'settings.json'), `${JSON.stringify(effective, null, 2)}\n`);
  return built;
}
