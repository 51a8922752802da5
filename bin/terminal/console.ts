import { styleText } from 'node:util';
import { InputError } from '../../lambda/core/settings.ts';
import { ask, writeLines } from './question.ts';

export { InterruptedAtPrompt } from './question.ts';

/** Problems, and what a person must know: stderr, so that stdout carries nothing but the result. */
export const say = (line: string): void => writeLines(line);

let isQuiet = false;

/** From now on only results, questions, problems and the way back are said. @param quiet false: everything again */
export const beQuiet = (quiet = true): void => {
  isQuiet = quiet;
};

/** Progress, and what is good to know: stderr, but for `--quiet`. */
export const inform = (line: string): void => {
  if (!isQuiet) say(line);
};

/** The same for what must not be lost. @param keep takes it where nobody reads stderr any more. */
export const sayOrKeep = (lines: string, keep: (lines: string) => void): void => {
  writeLines(lines, (failure) => {
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
