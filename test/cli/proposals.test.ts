import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { allowCommand } from '../../bin/commands/allow.ts';
import { fireCommand } from '../../bin/commands/fire.ts';
import { incidentsCommand } from '../../bin/commands/incidents.ts';
import { planCommand } from '../../bin/commands/plan.ts';
import { restoreCommand } from '../../bin/commands/restore.ts';
import { statusCommand } from '../../bin/commands/status.ts';
import { testAlarmCommand } from '../../bin/commands/test-alarm.ts';
import { LookUp } from '../../bin/local/look-up.ts';
import { inPackage } from '../../build/package.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
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
  [/AKIA…/g, 'AKIAIOSFODNN7EXAMPLE'],
];

/** The real parser of the command line, without what the commands do. */
function parser(): Command {
  const host = { env: {}, clock: systemClock, lookUp: new LookUp(), folder: '.' };
  const made = [
    ...[planCommand, fireCommand, restoreCommand, incidentsCommand],
    ...[statusCommand, testAlarmCommand, allowCommand],
  ].map((make) => make(host));
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const command of made)
    program.addCommand(
      command
        .exitOverride()
        .copyInheritedSettings(program)
        .action(() => {}),
    );
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
    const end = file.endsWith('.md') ? /[`\n]/ : /[`'\n]|\\`/;
    return [...filled.matchAll(/./killswitch (?!<)/g)].map(({ index }) => {
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
    await expect(parser().parseAsync(wordsOf(command ?? ''), { from: 'user' })).resolves.toBeDefined();
  },
);
