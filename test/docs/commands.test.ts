import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';
import { COVERAGE } from './command-coverage.ts';
import { commandsIn, commandsOf } from './documented-commands.ts';

const documented = commandsOf();
const ci = readFileSync(inPackage('.ci', 'run'), 'utf8');

describe('the commands of the documents', () => {
  it('are found in blocks and in sentences, without the comments behind them', () => {
    const text = 'Run `npx cdk\ndeploy` or `fire`.\n```sh\nnpm ci  # a minute\n\n./killswitch fire\n```\n';
    expect(commandsIn(text)).toEqual(['npm ci', './killswitch fire', 'npx cdk deploy']);
  });

  it.each(documented.map(({ file, command }) => [command, file]))(
    '%s in %s is run, or is said why not',
    (command) => {
      expect(COVERAGE).toHaveProperty([command ?? '']);
    },
  );

  it('are all that the coverage names', () => {
    const written = new Set(documented.map(({ command }) => command));
    expect(Object.keys(COVERAGE).filter((command) => !written.has(command))).toEqual([]);
  });

  it.each(Object.keys(COVERAGE).filter((command) => COVERAGE[command] === '.ci/run'))(
    '%s is in .ci/run',
    (command) => {
      for (const part of command.split(' && '))
        expect(ci.replaceAll('--silent ', '').replaceAll(' --no-audit --no-fund', '')).toContain(part);
    },
  );
});
