import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { InputError } from '../../lambda/core/settings.ts';

/** Progress and problems: stderr, so that stdout carries nothing but the result. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The same for what must not be lost. @param keep takes it where nobody reads stderr any more. */
export const sayOrKeep = (lines: string, keep: (lines: string) => void): void => {
  process.stderr.write(`${lines}\n`, (failure) => {
    if (failure) keep(lines);
  });
};

/** The result: stdout. */
export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** Plain where stderr is no terminal, or NO_COLOR is set: Node.js looks. */
const styled = (style: 'red' | 'green' | 'dim') => (text: string) =>
  styleText(style, text, { stream: process.stderr });
export const red = styled('red');
export const green = styled('green');
export const dim = styled('dim');

/** @throws InputError where there is nobody to ask. @param flag says yes instead. */
export function requireTerminal(flag: string): void {
  if (!process.stdin.isTTY)
    throw new InputError([`confirmation: there is no terminal to ask on: add ${flag}`]);
}

/** Somebody pressed Ctrl-C where a question was asked: nothing was changed. */
export class InterruptedAtPrompt extends Error {}

/**
 * Asks a person to type one of the given words.
 * @throws InputError without a terminal, where it is closed, or when something else was typed, and InterruptedAtPrompt:
 * nothing is changed then.
 */
export async function confirm(question: string, words: readonly string[], flag: string): Promise<void> {
  requireTerminal(flag);
  const typed = (await ask(question))?.trim();
  if (typed === undefined) throw new InputError(['confirmation: the input ended before an answer']);
  if (!words.includes(typed))
    throw new InputError([`confirmation: expected ${words.join(' or ')}, got ${JSON.stringify(typed)}`]);
}

/** The line that a person types; undefined for Ctrl-D, or where the terminal is closed. */
function ask(question: string): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<string | undefined>((resolve, reject) => {
    reader.once('line', resolve);
    reader.once('close', () => resolve(undefined));
    process.stdin.once('error', () => resolve(undefined)); // EIO: the terminal is gone
    // The terminal is in raw mode: Ctrl-C comes as a key, and Node.js sends no signal.
    reader.once('SIGINT', () => {
      say('');
      reject(new InterruptedAtPrompt());
    });
    reader.setPrompt(question);
    reader.prompt();
  }).finally(() => reader.close());
}
