import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Vitest's global set-up: whatever a test run puts into the system's temporary folder goes into a folder of its own,
 * which is removed at the end. Workers are ended by a signal, so that they cannot remove their files themselves.
 */
export default async function runFolder(): Promise<() => Promise<void>> {
  const path = await mkdtemp(join(tmpdir(), 'killswitch-tests-'));
  process.env['TMPDIR'] = path;
  return () => rm(path, { recursive: true, force: true, maxRetries: 3 });
}
