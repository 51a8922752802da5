import { Command, CommanderError } from 'commander';
import { errorFacts } from '../lambda/core/model.ts';
import { InputError } from '../lambda/core/settings.ts';
import { allowCommand } from './commands/allow.ts';
import { fireCommand } from './commands/fire.ts';
import { incidentsCommand } from './commands/incidents.ts';
import { planCommand } from './commands/plan.ts';
import { restoreCommand } from './commands/restore.ts';
import { statusCommand } from './commands/status.ts';
import { testAlarmCommand } from './commands/test-alarm.ts';
import { say } from './console.ts';

const EXIT_CODES = `
Exit codes: 0 done and clean · 1 error · 2 bad input or not confirmed, nothing changed · 3 something could not
be seen or done · 4 status found problems · 130 interrupted. Credentials and endpoints come from the standard AWS environment
(AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …).`;

const program = new Command('killswitch')
  .description('Stops an AWS bill: every instance in every region, every access key that is not yours.')
  .addHelpText('after', EXIT_CODES)
  .showHelpAfterError('(killswitch --help lists what there is)')
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride();
for (const command of [
  planCommand,
  fireCommand,
  restoreCommand,
  incidentsCommand,
  statusCommand,
  testAlarmCommand,
  allowCommand,
])
  program.addCommand(command().exitOverride().copyInheritedSettings(program));

process.once('SIGINT', () => {
  say('interrupted: what was changed is in the journal; run it again to go on, or: npx killswitch incidents');
  process.exit(130);
});

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = exitCodeOfError(thrown);
}

function exitCodeOfError(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  if (thrown instanceof InputError) {
    for (const problem of thrown.problems) say(`error: ${problem}`);
    say('nothing was changed');
    return 2;
  }
  say(`error: ${errorFacts(thrown).error}`);
  return 1;
}
