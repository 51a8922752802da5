import type { Command } from 'commander';

/** What a person decides anew each time. */
const NEVER_REPEATED = ['json', 'yes', 'dryRun', 'quiet', 'verbose'];

let sameAccount = '';

/** From now on every proposed command is for the same account: call it with the options that say which. */
export const proposeFor = ({
  profile,
  account,
}: {
  readonly profile?: string;
  readonly account?: string;
}): void => {
  sameAccount =
    (profile === undefined ? '' : ` --profile ${quoted(profile)}`) +
    (account === undefined ? '' : ` --account ${account}`);
};

/** ` --profile NAME --account ID`, as far as this command was called with them: for a proposal without `sameFlags`. */
export const accountFlags = (): string => sameAccount;

/**
 * The options that a command was called with, as a person types them: ` --region eu-west-1 --allow-key AKIA…`. A command
 * that is proposed next carries them: else it would look elsewhere, or touch what was spared.
 * @param without names of options that the proposed command does not take, e.g. `timeout`
 */
export function sameFlags(command: Command, without: readonly string[] = []): string {
  return command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .filter((option) => ![...NEVER_REPEATED, ...without].includes(option.attributeName()))
    .flatMap((option) => {
      const value: unknown = command.getOptionValue(option.attributeName());
      const values = Array.isArray(value) ? value : [value];
      // A switch such as --no-config is kept as false.
      return values.map((each) =>
        typeof each === 'boolean' ? ` ${option.long}` : ` ${option.long} ${quoted(String(each))}`,
      );
    })
    .join('');
}

/** As a POSIX shell reads it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
