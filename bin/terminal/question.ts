import { createInterface, type Interface } from 'node:readline';

/** Somebody pressed Ctrl-C where a question was asked. */
export class InterruptedAtPrompt extends Error {}

let open: Interface | undefined;
/** One question at a time: a chain of roles may want several codes at once. */
let before: Promise<unknown> = Promise.resolve();

/** Whether a question waits for its answer. */
export const isAsking = (): boolean => open !== undefined;

/** Whether the terminal knows colours and the movements of a cursor: not with TERM=dumb, and not with NO_COLOR. */
const isCapable = (): boolean => process.stderr.isTTY === true && process.stderr.getColorDepth() > 1;

/**
 * Writes whole lines to stderr: where a question is open, above it, and the question stands below again.
 * @param written is told when they are written, or why they cannot be.
 */
export function writeLines(text: string, written?: (failure?: Error | null) => void): void {
  const lineStart = open === undefined ? '' : isCapable() ? '\r\x1b[K' : '\n';
  process.stderr.write(`${lineStart}${text}\n`, written);
  open?.prompt(true);
}

/** The question is not asked any more: this process ends. */
export function abandonQuestion(): void {
  if (open === undefined) return;
  open = undefined;
  process.stderr.write('\n');
}

/**
 * Asks for a line, after all earlier questions.
 * @param over ends the question
 * @returns undefined for Ctrl-D, where the terminal is closed, and where the question is over.
 * @throws InterruptedAtPrompt for Ctrl-C.
 */
export function ask(question: string, over?: AbortSignal): Promise<string | undefined> {
  const answer = before.then(() => askNow(question, over));
  before = answer.catch(() => {}); // whoever asked hears it
  return answer;
}

function askNow(question: string, over: AbortSignal | undefined): Promise<string | undefined> {
  if (over?.aborted) return Promise.resolve(undefined);
  const reader = createInterface({
    input: process.stdin,
    output: process.stderr,
    // Otherwise the terminal itself edits the line: Node.js would take its Backspace for a letter with TERM=dumb.
    terminal: isCapable(),
    ...(over ? { signal: over } : {}),
  });
  open = reader;
  return new Promise<string | undefined>((resolve, reject) => {
    reader.once('line', resolve);
    reader.once('close', () => {
      if (open === reader) process.stderr.write('\n'); // nobody has pressed Enter
      resolve(undefined);
    });
    process.stdin.once('error', () => resolve(undefined)); // EIO: the terminal is gone
    // A capable terminal is in raw mode: Ctrl-C comes as a key, and Node.js sends no signal.
    reader.once('SIGINT', () => {
      open = undefined;
      process.stderr.write('\n');
      reject(new InterruptedAtPrompt());
    });
    reader.setPrompt(question);
    reader.prompt();
  }).finally(() => {
    open = undefined;
    reader.close();
  });
}
