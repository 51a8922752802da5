import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../lambda/core/settings.ts';

/** Writes the settings beside the function's bundle, where an edit of its environment cannot reach them. */
export function writeAssetSettings(outdir: string, { $schema: _editorHint, ...effective }: Settings): void {
  writeFileSync(join(outdir, 'settings.json'), `${JSON.stringify(effective, null, 2)}\n`);
}
