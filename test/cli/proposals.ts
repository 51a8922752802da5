import { execFileSync } from 'node:child_process';

/** A command ends with its line, or with the backtick that encloses it. */
const PROPOSAL = /\.\/killswitch (?! )([^\n`]+)/g;

/** The commands that a screen or a mail proposes, word for word, each once. */
export const proposalsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PROPOSAL)].map(([command]) => command.trim())),
];

/** What a shell makes of such a command: the words after `./killswitch`. */
export function wordsOf(command: string): string[] {
  const script = `printf '%s\\0' ${command.replace(/^\.\/killswitch /, '')}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}
