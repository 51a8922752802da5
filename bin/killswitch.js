#!/usr/bin/env node
// Plain JavaScript of any age: it must run where nothing is built.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inPackage = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

try {
  await import('../dist/killswitch.mjs');
} catch (thrown) {
  if (thrown?.code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
  const isInstalled = existsSync(inPackage('node_modules/tsx'));
  console.error(`error: the command line is not built (${inPackage('dist')} is missing or not whole)`);
  console.error(`In ${inPackage('')} run: ${isInstalled ? 'npm run prepare' : 'npm ci --omit=dev'}`);
  console.error('nothing was changed');
  process.exitCode = 2;
}
