import { Command, CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { allowCommand } from '../../bin/commands/allow.ts';
import { fireCommand } from '../../bin/commands/fire.ts';
import { planCommand } from '../../bin/commands/plan.ts';
import { restoreCommand } from '../../bin/commands/restore.ts';
import { statusCommand } from '../../bin/commands/status.ts';
import type { Host } from '../../bin/local/local-run.ts';
import { LookUp } from '../../bin/local/look-up.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { REFUSED_UNREAD } from './bad-input-rows.ts';

/** What is said about it, in this process: nothing here has credentials, so that a call to AWS would be told instead. */
async function refusal(args: readonly string[]): Promise<string> {
  const host: Host = { env: {}, clock: systemClock, folder: process.cwd(), lookUp: new LookUp() };
  let said = '';
  const program = new Command('killswitch').exitOverride().configureOutput({
    writeErr: (text) => {
      said += text;
    },
  });
  for (const make of [planCommand, fireCommand, restoreCommand, statusCommand, allowCommand])
    program.addCommand(make(host).exitOverride().copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems.join('\n');
    if (thrown instanceof CommanderError) return said;
    throw thrown;
  }
  return 'accepted';
}

it.each(REFUSED_UNREAD)('refused in words: %s', async (_title, args, message) => {
  expect(await refusal(args)).toContain(message);
});
