import { execFileSync } from 'node:child_process';
import { inPackage, PACKAGE_ROOT } from '../package.ts';

/** Formats files as `npm run lint` wants them. @param paths from the package's root. */
export function format(paths: readonly string[]): void {
  const biome = inPackage('node_modules', '.bin', 'biome');
  execFileSync(biome, ['format', '--write', ...paths], { cwd: PACKAGE_ROOT });
}
