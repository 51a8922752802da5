import './sdk-warning.ts';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { InputError } from '../lambda/core/settings.ts';

/** A command for those who work on this project: `npm run <name> -- …`. */
export function npmCommand(
  name: string,
  about: {
    readonly description: string;
    /** What comes behind the command, with what that does. */
    readonly example: readonly [args: string, effect: string];
    /** What each means. 2 is bad input, which changes and starts nothing. */
    readonly exitCodes: Readonly<Record<number, string>>;
  },
): Command {
  const { description, example, exitCodes } = about;
  const [args, effect] = example;
  const all = { 2: 'bad input: nothing was started', ...exitCodes };
  const meanings = Object.entries(all).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return new Command(`npm run ${name} --`)
    .description(description)
    .addHelpText('after', `\nExample: npm run ${name} -- ${args}\n  ${effect}`)
    .addHelpText('after', `\nExit codes:\n${meanings.join('\n')}`)
    .showHelpAfterError()
    .exitOverride();
}

/** Reads the arguments and calls the command's action. Bad input ends with exit code 2, and a message that says why. */
export async function runCommand(command: Command): Promise<void> {
  try {
    await command.parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
    else if (thrown instanceof InputError) {
      for (const problem of thrown.problems) say(`error: ${problem}`);
      process.exitCode = 2;
    } else throw thrown;
  }
}

/** As it was called, for documents that say how they were made. */
export const calledAs = (command: Command): string => [command.name(), ...process.argv.slice(2)].join(' ');

/** Parses a whole number in a range. */
export const wholeNumber =
  (from: number, to: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= from && value <= to) return value;
    const upTo = to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`;
    throw new InvalidArgumentError(`It must be a whole number from ${from}${upTo}.`);
  };

/** Progress and problems go to stderr, so that `--json` leaves stdout to the figures. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
