import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;

/**
 * A folder that whoever asks first fills, for all test files of this run in all workers; see lab/testbed/run-folder.ts
 * for where it is and when it goes.
 * @throws what `fill` threw, for everybody who asks.
 */
export async function onceARun(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(tmpdir(), 'once-a-run', name);
  const failure = `${folder}.failure`;
  if (isFirst(folder))
    try {
      await fill(`${folder}.filling`);
      renameSync(`${folder}.filling`, folder);
    } catch (thrown) {
      writeFileSync(failure, String(thrown));
      throw thrown;
    }
  while (!existsSync(folder)) {
    if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'));
    await sleep(LOOK_AGAIN_MS);
  }
  return folder;
}

function isFirst(folder: string): boolean {
  mkdirSync(join(folder, '..'), { recursive: true });
  try {
    mkdirSync(`${folder}.begun`);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}
