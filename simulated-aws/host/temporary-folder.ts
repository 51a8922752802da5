import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

const folders = new Set<TemporaryFolder>();
let watching = false;

/** A new folder. `remove` removes it, and so does the exit of this process. */
export function temporaryFolder(prefix: string): TemporaryFolder {
  if (!watching) process.once('exit', removeAll);
  watching = true;
  const path = mkdtempSync(join(tmpdir(), prefix));
  const folder = {
    path,
    remove: () => {
      folders.delete(folder);
      rmSync(path, { recursive: true, force: true });
    },
  };
  folders.add(folder);
  return folder;
}

function removeAll(): void {
  for (const folder of folders) folder.remove();
}
