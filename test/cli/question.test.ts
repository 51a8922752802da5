import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function onTerminal(env: NodeJS.ProcessEnv): string {
  const command = [pathOf('on_terminal.py'), '1', '2', '--', process.execPath, '--import', 'tsx'];
  const { PATH } = process.env;
  const { stdout } = spawnSync('python3', [...command, pathOf('fixtures/asking.ts')], {
    env: { PATH, ANSWER_AFTER: 'progress', ...env },
    encoding: 'utf8',
  });
  return stdout;
}

it('a line that is said during a question stands above it, and the question is asked again', () => {
  const shown = onTerminal({ TERM: 'dumb' });
  expect(shown).toMatch(/^Type one: \r\nprogress\r\nType one: /);
  expect(shown).not.toContain('\x1b');
  expect(shown).toContain('answered 1 and 2, then undefined');
});

it('where the terminal knows how, the line takes the place of the question', () => {
  const shown = onTerminal({ TERM: 'xterm-256color' });
  expect(shown).toContain('\r\x1b[Kprogress\r\n');
  expect(shown.lastIndexOf('Type one: ')).toBeGreaterThan(shown.indexOf('progress'));
  expect(shown.indexOf('Type two: ')).toBeGreaterThan(shown.lastIndexOf('Type one: ')); // one after the other
  expect(shown).toContain('answered 1 and 2, then undefined');
});
