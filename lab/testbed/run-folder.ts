import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Vitest's global set-up: everything that a test run puts into the system's temporary folder goes into one of its own,
 * which is gone at its end. Workers are ended by a signal, so what they would remove when they exit stays otherwise.
 */
export default async function runFolder(): Promise<() => Promise<void>> {
  const path = await mkdtemp(join(tmpdir(), 'killswitch-tests-'));
  process.env['TMPDIR'] = path;
  return () => rm(path, { recursive: true, force: true, maxRetries: 3 });
}
