import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';

const groups = new Set<number>();
let watching = false;

/**
 * Starts a command in a process group of its own. The group ends with this process: on exit, and on the signals that a
 * person or a CI runner sends. The group is needed since a shim (pyenv, uvx) leaves its child running when only the
 * shim is killed.
 */
export function spawnGroup(
  command: readonly [string, ...string[]],
  options: SpawnOptions = {},
): ChildProcess & { readonly groupId: number } {
  const [file, ...args] = command;
  const child = spawn(file, args, { ...options, detached: true });
  return Object.assign(child, { groupId: dieWithThisProcess(child) });
}

/**
 * Runs a command to its end, and ends all that it started. @throws Error with its output for another exit code than 0.
 */
export async function runToEnd(
  name: string,
  command: readonly [string, ...string[]],
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<void> {
  const child = spawnGroup(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      output += text.toString();
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  killGroup(child.groupId);
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}:\n${output.trim()}`);
}

/** Takes a child that was started with `detached`, so that it leads a group; returns the group's id. */
export function dieWithThisProcess(child: ChildProcess): number {
  const groupId = child.pid ?? 0;
  if (groupId > 0) {
    watchExit();
    groups.add(groupId);
  }
  return groupId;
}

/** Kills the group at once. Harmless when it is already gone. */
export function killGroup(groupId: number): void {
  groups.delete(groupId);
  if (groupId <= 0) return;
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

/** Splits a process's output into lines, as they come. */
export function collectLines(
  stream: NodeJS.ReadableStream | null,
  log: string[],
  onLine?: (line: string) => void,
): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      log.push(line);
      onLine?.(line);
    }
  });
}

function watchExit(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const groupId of groups) killGroup(groupId);
  });
  // A process that a signal ends runs no exit handlers. One that exits with the shell's code for that signal does.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
