import '../build/sdk-warning.ts';
import { CommanderError } from 'commander';
import { errorFacts } from '../lambda/core/model.ts';
import { InputError } from '../lambda/core/settings.ts';
import { systemClock } from '../lambda/shell/clock.ts';
import type { Host } from './local/local-run.ts';
import { LookUp } from './local/look-up.ts';
import { programFor } from './program.ts';
import { InterruptedAtPrompt, say } from './terminal/console.ts';
import { EXIT } from './terminal/exit-codes.ts';
import {
  exitCodeFor,
  interruptedExitCode,
  NOTHING_CHANGED,
  surviveSignals,
} from './terminal/interruption.ts';

/** What a command gets of this machine: no other module of the command line reads the clock or the environment. */
const host: Host = { env: process.env, clock: systemClock, folder: process.cwd(), lookUp: new LookUp() };

/** Long enough for the last lines to be written. */
const LEAVE_MS = 500;

surviveSignals();
try {
  await (await programFor(host, process.argv.slice(2))).parseAsync();
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
