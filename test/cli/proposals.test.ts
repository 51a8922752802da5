import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';
import { anyProgram } from './any-program.ts';
import { wordsOf } from './proposals.ts';

const FOLDERS = ['bin', 'lambda', 'lib', 'docs'];
const SPEAKS = /\.(ts|md)$/;

/** What stands in a template, and in a document, for a value of that name; flags may be missing. */
const SAMPLES: readonly (readonly [RegExp, string])[] = [
  [/\$\{(?:[\w.]*incident|quoted\((?:merged|newest)\))\}/g, 'ks-20260131-235959-1f3a'],
  [/\$\{(?:own\.)?id\}/g, 'allow-1'],
  [/\$\{usd\}/g, '25'],
  [/\$\{duration\}/g, '3h'],
  [/\$\{region\}/g, 'us-east-1'],
  [/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)?\}/g, ''],
  [/ks-…|<incident>/g, 'ks-20260131-235959-1f3a'],
  [/\$\{name\}/g, 'plan'],
  [/AKIA…/g, 'AKIAIOSFODNN7EXAMPLE'],
];

/** The profile that a document names as an example. */
const CONFIG = join(mkdtempSync(join(tmpdir(), 'killswitch-config-')), 'config');
writeFileSync(CONFIG, '[profile work]\nregion = us-east-1\n');
process.env['AWS_CONFIG_FILE'] = CONFIG; // where the SDK reads it

/** The real command line, without what the commands do. */
async function parser(): Promise<Command> {
  const { program } = await anyProgram([]);
  for (const command of program.commands) command.action(() => {});
  return program;
}

/** Each command that the code or a document proposes, with samples for what only a run knows. */
function proposed(): { readonly file: string; readonly command: string }[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(inPackage(folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return ['README.md', ...files.filter((file) => SPEAKS.test(file))].flatMap((file) => {
    const text = readFileSync(inPackage(file), 'utf8');
    const code = text
      .split('\n')
      .filter((line) => file.endsWith('.md') || !/^\s*(\*|\/\/|\/\*)/.test(line))
      .join('\n');
    const filled = SAMPLES.reduce((known, [name, sample]) => known.replace(name, sample), code);
    const end = file.endsWith('.md') ? /[`\n]|\)"| \|/ : /[`'\n]|\\`|\)"/;
    return [...filled.matchAll(/\.\/killswitch (?![<…])/g)].map(({ index }) => {
      const rest = filled.slice(index);
      return { file, command: rest.slice(0, rest.search(end)).trim() };
    });
  });
}

const all = proposed();

it('finds what is proposed', () => expect(all.length).toBeGreaterThan(40));

it.each(all.map(({ file, command }) => [file, command]))(
  '%s: %s is what the command line takes',
  async (_, command) => {
    const ended = await (await parser())
      .parseAsync(wordsOf(command ?? ''), { from: 'user' })
      .catch((thrown) => thrown);
    // Whoever asks for help gets it, and commander calls that an end with code 0.
    if (ended instanceof CommanderError) expect(ended).toMatchObject({ exitCode: 0 });
    else expect(ended).not.toBeInstanceOf(Error);
  },
);
