import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder: paths and chunk hashes do not depend on where a build was started. */
export const PACKAGE_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The path of a file or folder of the package. */
export const inPackage = (...parts: string[]): string => join(PACKAGE_ROOT, ...parts);
