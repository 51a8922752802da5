import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPackage } from '../../build/package.ts';

export interface DocumentedCommand {
  readonly file: string;
  /** Word for word, without the comment behind it, on one line. */
  readonly command: string;
}

/** What a reader may type into a shell. */
const STARTS = /^(\.\/|npx |npm |aws [a-z]|git |export |node |bash |cp )/;

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'ARCHITECTURE.md',
  ...readdirSync(inPackage('docs')).flatMap((name) => (name.endsWith('.md') ? join('docs', name) : [])),
];

/** Every command of the documents: the lines of their shell blocks, and inline code that begins like a command. */
export const commandsOf = (files: readonly string[] = DOCUMENTS): DocumentedCommand[] =>
  files.flatMap((file) =>
    commandsIn(readFileSync(inPackage(file), 'utf8')).map((command) => ({ file, command })),
  );

/** The same of one text of Markdown. */
export function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)]
    .map(([, code = '']) => code.replace(/\s+/g, ' '))
    .filter((code) => STARTS.test(code));
  return [...blocks, ...inline]
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}
