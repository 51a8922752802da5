import type { Plugin } from 'esbuild';
import type { Settings } from '../../lambda/core/settings.ts';
import { inPackage } from '../package.ts';
import { writeAssetSettings } from './asset-settings.ts';
import { type Bundle, bundle } from './bundle.ts';
import { environmentCredentialsOnly } from './environment-credentials.ts';

/**
 * Writes the code of the Lambda function's asset to `outdir`: `index.mjs` (exports `handler`) and its chunks.
 * @param plugins asked before our own, e.g. for kinds that stand in for others.
 */
export const bundleFunctionCode = (outdir: string, plugins: readonly Plugin[] = []): Promise<Bundle> =>
  bundle({
    entry: inPackage('lambda', 'handler.ts'),
    outdir,
    name: 'index',
    plugins: [...plugins, environmentCredentialsOnly()],
  });

/** The whole asset: the code, and the settings beside it. */
export async function bundleFunction(
  outdir: string,
  settings: Settings,
  plugins: readonly Plugin[] = [],
): Promise<Bundle> {
  const built = await bundleFunctionCode(outdir, plugins);
  writeAssetSettings(outdir, settings);
  return built;
}
