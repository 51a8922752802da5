import { inPackage } from '../package.ts';
import { type Bundle, bundle } from './bundle.ts';

/** Bundles the command line to `killswitch.mjs` and its chunks in `outdir` (`dist/` in the package by default). */
export async function bundleCli(outdir: string = inPackage('dist')): Promise<Bundle> {
  return await bundle({ entry: inPackage('bin', 'killswitch.ts'), outdir, name: 'killswitch' });
}
