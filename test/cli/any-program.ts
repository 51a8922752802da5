import type { Command } from 'commander';
import type { Host } from '../../bin/local/local-run.ts';
import { LookUp } from '../../bin/local/look-up.ts';
import { programFor } from '../../bin/program.ts';
import { systemClock } from '../../lambda/shell/clock.ts';

/** The whole command line in this process, for arguments that end before any call to AWS. */
export async function anyProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const host: Host = { env, clock: systemClock, folder: process.cwd(), lookUp: new LookUp() };
  const program = await programFor(host, args);
  const said: string[] = [];
  const output = {
    writeErr: (text: string) => void said.push(text),
    writeOut: (text: string) => void said.push(text),
  };
  for (const command of [program, ...program.commands]) command.configureOutput(output);
  /** Its error, if any. */
  const run = (): Promise<unknown> =>
    program.parseAsync(args, { from: 'user' }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  return { program, host, said, run };
}

/** The same with commands that do nothing: only what comes before them. */
export async function prepared(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const made = await anyProgram(args, env);
  for (const command of made.program.commands) command.action(() => {});
  return { ...made, thrown: await made.run() };
}

export const commandOf = (program: Command, name: string): Command => {
  const found = program.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`there is no command ${name}`);
  return found;
};
