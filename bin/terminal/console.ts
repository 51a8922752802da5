import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import type { Progress } from '../../lambda/contain/scope.ts';
import { InputError } from '../../lambda/core/settings.ts';

/** Progress and problems: stderr, so that stdout carries nothing but the result. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The result: stdout. */
export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** Plain where stderr is no terminal, or NO_COLOR is set: Node.js looks. */
const styled = (style: 'red' | 'green' | 'dim') => (text: string) =>
  styleText(style, text, { stream: process.stderr });
const red = styled('red');
const green = styled('green');
export const dim = styled('dim');

/** One line a pass and scope, as it ends; quiet scopes say so once. */
export function progressLine({ scope, pass, found, outcomes, gaps, ended }: Progress): string | undefined {
  const count = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  const parts = [
    count('done') > 0 ? green(`${count('done')} contained`) : '',
    count('planned') > 0 ? `${count('planned')} to contain` : '',
    count('failed') > 0 ? red(`${count('failed')} failed`) : '',
    gaps.length > 0 ? red(`could not look: ${[...new Set(gaps.map((gap) => gap.code))].join(', ')}`) : '',
  ].filter((part) => part !== '');
  if (parts.length === 0 && !ended) return undefined;
  const state = parts.length > 0 ? parts.join(', ') : found > 0 ? 'quiet' : dim('nothing runs');
  return `  ${scope.padEnd(16)} ${dim(`pass ${pass}`)}  ${state}`;
}

/** @throws InputError where there is nobody to ask. @param flag says yes instead. */
export function requireTerminal(flag: string): void {
  if (!process.stdin.isTTY)
    throw new InputError([`confirmation: there is no terminal to ask on: add ${flag}`]);
}

/**
 * Asks a person to type one of the given words.
 * @throws InputError without a terminal, or when something else was typed: nothing is changed then.
 */
export async function confirm(question: string, words: readonly string[], flag: string): Promise<void> {
  requireTerminal(flag);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await reader.question(question).finally(() => reader.close());
  if (!words.includes(typed.trim()))
    throw new InputError([
      `confirmation: expected ${words.join(' or ')}, got ${JSON.stringify(typed.trim())}`,
    ]);
}
