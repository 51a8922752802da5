import { Command } from 'commander';
import { expect, it } from 'vitest';
import { fireCommand } from '../../bin/commands/fire.ts';
import { LookUp } from '../../bin/local/look-up.ts';
import { sameFlags } from '../../bin/terminal/flags.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { wordsOf } from './proposals.ts';

const parsed = async (args: readonly string[]): Promise<Command> => {
  const host = { env: {}, clock: systemClock, lookUp: new LookUp(), folder: '.' };
  const fire = fireCommand(host)
    .exitOverride()
    .action(() => {});
  await new Command().addCommand(fire).parseAsync(['fire', ...args], { from: 'user' });
  return fire;
};

it.each([
  ['a switch', ['--include-caller']],
  ['a switch that turns something off', ['--no-config', '--region', 'eu-west-1']],
  ['a list', ['--allow-key', 'AKIAIOSFODNN7EXAMPLE', '--region', 'eu-west-1', '--region', 'us-east-1']],
  ['a path that a shell would split', ['--journal', "/tmp/the owner's undo"]],
])('a command is proposed again with the flags that it was called with: %s', async (_, args) => {
  const first = await parsed(args);
  const again = await parsed(wordsOf(`./killswitch fire${sameFlags(first)}`).slice(1));
  expect(again.opts()).toEqual(first.opts());
});
