import '../build/sdk-warning.ts';
import { Command, CommanderError } from 'commander';
import { errorFacts } from '../lambda/core/model.ts';
import { InputError } from '../lambda/core/settings.ts';
import { systemClock } from '../lambda/shell/clock.ts';
import type { Host } from './local/local-run.ts';
import { LookUp } from './local/look-up.ts';
import { InterruptedAtPrompt, say } from './terminal/console.ts';
import { EXIT } from './terminal/exit-codes.ts';
import {
  exitCodeFor,
  interruptedExitCode,
  NOTHING_CHANGED,
  surviveSignals,
} from './terminal/interruption.ts';

const EXIT_CODES = `
Exit codes: 0 done and clean · 1 error · 2 bad input or not confirmed, nothing changed · 3 something could not
be seen or done · 4 status found problems · 130 or 143 ended by
SIGINT or SIGTERM. Credentials and endpoints come from the standard AWS environment
(AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …).`;

/** What a command gets of this machine: no other module of the command line reads the clock or the environment. */
const host: Host = { env: process.env, clock: systemClock, folder: process.cwd(), lookUp: new LookUp() };

/** Long enough for the last lines to be written. */
const LEAVE_MS = 500;

/** In the order in which the help lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  plan: async () => (await import('./commands/plan.ts')).planCommand(host),
  fire: async () => (await import('./commands/fire.ts')).fireCommand(host),
  restore: async () => (await import('./commands/restore.ts')).restoreCommand(host),
  incidents: async () => (await import('./commands/incidents.ts')).incidentsCommand(host),
  status: async () => (await import('./commands/status.ts')).statusCommand(host),
  'test-alarm': async () => (await import('./commands/test-alarm.ts')).testAlarmCommand(host),
  allow: async () => (await import('./commands/allow.ts')).allowCommand(host),
  uninstall: async () => (await import('./commands/uninstall.ts')).uninstallCommand(host),
};

/** The code of the command that was called, and of no other: in an emergency each file costs time. All, to list them. */
function wanted(): readonly (() => Promise<Command>)[] {
  const [name = ''] = process.argv.slice(2);
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named ? [named] : Object.values(COMMANDS);
}

surviveSignals();
const program = new Command('killswitch')
  .description('Stops an AWS bill: every instance in every region, every access key that is not yours.')
  .addHelpText('after', EXIT_CODES)
  .showHelpAfterError('(killswitch --help lists what there is)')
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride();
for (const load of wanted()) program.addCommand((await load()).exitOverride().copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = exitCodeOfError(thrown);
  // A credential_process that never answers would keep this process alive.
  if (process.exitCode === EXIT.refused) setTimeout(() => process.exit(), LEAVE_MS).unref();
}
process.exitCode = interruptedExitCode() ?? process.exitCode;

function exitCodeOfError(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.refused;
  if (thrown instanceof InterruptedAtPrompt) {
    say(NOTHING_CHANGED);
    return exitCodeFor('SIGINT');
  }
  if (thrown instanceof InputError) {
    for (const problem of thrown.problems) say(`error: ${problem}`);
    say('nothing was changed');
    return EXIT.refused;
  }
  say(`error: ${errorFacts(thrown).error}`);
  return EXIT.error;
}
