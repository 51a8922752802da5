import { appendFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps undo records that neither the journal nor stderr took, in a file of this process: in the state folder, or else in
 * the folder for temporary files. Called in the middle of a fire, so it never throws: nothing may end one.
 * @param lines as the journal holds them, see docs/journal.md
 */
export function keepUnread(state: string, lines: string): void {
  for (const folder of [state, join(tmpdir(), `killswitch-${process.getuid?.() ?? 'undo'}`)])
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(join(folder, `unread-${process.pid}.jsonl`), `${lines}\n`, { mode: 0o600 });
      return;
    } catch {} // the next place; there is nobody to tell
}
