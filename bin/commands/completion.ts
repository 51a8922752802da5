import { Argument, Command } from 'commander';
import { completedOf, completionScript, SHELLS, type Shell } from '../terminal/completion.ts';
import { print } from '../terminal/console.ts';

const EXAMPLE = `
Example: eval "$(./killswitch completion bash)"
The script holds every command and option itself, so it calls nothing; print it again after an update.`;

/**
 * `killswitch completion SHELL`: prints what makes a shell complete commands and options. Calls no AWS.
 * @param program all commands
 */
export function completionCommand(program: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
    .addHelpText('after', EXAMPLE)
    .action(async (shell: Shell) => print(completionScript(shell, completedOf(await program()))));
}
