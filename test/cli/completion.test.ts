import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Help } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completedOf, completionScript, SHELLS, type Shell } from '../../bin/terminal/completion.ts';
import { anyProgram, commandOf } from './any-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'killswitch-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scripts = new Map<Shell, string>();
let commands: readonly { readonly name: string; readonly flags: readonly string[] }[];
beforeAll(async () => {
  const { program } = await anyProgram([]);
  for (const shell of SHELLS) {
    scripts.set(shell, completionScript(shell, completedOf(program)));
    writeFileSync(join(folder, shell), scripts.get(shell) ?? '');
  }
  commands = program.commands.map((command) => ({
    name: command.name(),
    flags: new Help().visibleOptions(commandOf(program, command.name())).flatMap(({ long }) => long ?? []),
  }));
});

/** What bash proposes for the last word. PATH is empty: a script that starts anything but bash itself fails. */
function inBash(lines: readonly (readonly string[])[]): string[][] {
  const tries = lines.map((words) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _killswitch; echo "\${COMPREPLY[*]}"`;
  });
  const script = `source '${join(folder, 'bash')}'\n${tries.join('\n')}\n`;
  const shown = execFileSync('/usr/bin/env', ['bash', '--norc', '-c', `PATH=; ${script}`], {
    encoding: 'utf8',
  });
  return shown
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').filter((word) => word !== ''));
}

it('bash proposes every command, and every option of each, and starts nothing for it', () => {
  const lines = commands.map(({ name }) => ['killswitch', name, '--']);
  const [all, ...options] = inBash([['killswitch', ''], ...lines]);
  expect(all).toEqual([...commands.map(({ name }) => name), 'help']);
  expect(options.map((each) => each.toSorted())).toEqual(commands.map(({ flags }) => flags.toSorted()));
  expect(commands.map(({ name }) => name)).toContain('fire'); // the list is the program's own
});

it('bash knows the values of an option, and leaves files to itself', () => {
  const proposed = inBash([
    ['killswitch', 'fire', '--mode', 't'],
    ['killswitch', 'completion', ''],
    ['killswitch', 'fire', '--journal', ''],
    ['./killswitch', 'test'],
  ]);
  expect(proposed[0]).toEqual(['terminate']);
  expect(proposed[1]).toEqual(['bash', 'zsh', 'fish', '-h', '--help']);
  expect(proposed.slice(2)).toEqual([[], ['test-alarm']]);
});

it.each(['zsh', 'fish'] as const)('%s is told every command and option', (shell) => {
  const script = scripts.get(shell) ?? '';
  for (const { name, flags } of commands) {
    expect(script).toContain(name);
    for (const flag of flags)
      expect(script).toContain(shell === 'fish' ? `-l ${flag.slice(2)} ` : `*${flag}[`);
  }
});

for (const shell of SHELLS)
  it.skipIf(spawnSync(shell, ['--version']).error)(`${shell} reads its script without complaint`, () => {
    const { stderr, status } = spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
  });
