// What cdk.json starts. Plain JavaScript: where the packages are not installed, it says so instead of Node's trace.
import { fileURLToPath } from 'node:url';

try {
  await import('tsx');
  await import('./app.ts');
} catch (thrown) {
  if (thrown?.code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
  const [, missing = 'a package'] = /Cannot find (?:package|module) '([^']+)'/.exec(thrown.message) ?? [];
  console.error(`error: ${missing} is not installed`);
  console.error(`In ${fileURLToPath(new URL('..', import.meta.url))} run: npm ci`);
  process.exitCode = 2;
}
