import '../../simulated-aws/host/loopback-guard.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { npmCommand, runCommand } from '../../build/command-line.ts';
import { red, say } from './screen.ts';
import type { DrillSetup } from './setup.ts';
import { tell } from './story.ts';

/** Modules are loaded when they are needed: the simulated account needs nothing of moto's. */
const SETUPS = {
  simulated: async (node: string | undefined): Promise<DrillSetup> =>
    (await import('./on-simulation.ts')).onSimulation(node),
  moto: async (node: string | undefined): Promise<DrillSetup> => (await import('./on-moto.ts')).onMoto(node),
};
/** Only against a drill that hangs: a slow machine may take its time. */
const AT_MOST_MS = 15 * 60_000;

await runCommand(
  npmCommand('drill', {
    description:
      'Plays a whole incident on this machine: an intruder runs 296 machines, and the deployed kill switch stops them.\nNothing leaves this machine, and nothing costs money.',
    example: ['--account moto', 'plays it on moto instead, with the real cdk deploy'],
    exitCodes: { 0: 'contained', 1: 'a check failed, or an error' },
  })
    .addOption(
      new Option(
        '--account <where>',
        'simulated: an account inside this program, in virtual time, which needs Node.js alone; moto: in real time, which needs Python 3',
      )
        .choices(Object.keys(SETUPS))
        .default('simulated'),
    )
    .addHelpText(
      'after',
      '\nDRILL_FUNCTION_NODE names another Node.js for the function, e.g. of the version that Lambda runs.',
    )
    .action(async ({ account }: { readonly account: keyof typeof SETUPS }) => {
      process.exitCode = (await passes(SETUPS[account])) ? 0 : 1;
    }),
);

async function passes(start: (node: string | undefined) => Promise<DrillSetup>): Promise<boolean> {
  const giveUp = new AbortController();
  let setup: DrillSetup | undefined;
  try {
    setup = await start(process.env['DRILL_FUNCTION_NODE'] || undefined);
    const tooLong = sleep(AT_MOST_MS, undefined, { signal: giveUp.signal }).then(() => {
      throw new Error(`it was not over after ${AT_MOST_MS / 1000} s`);
    });
    return await Promise.race([tell(setup), tooLong]);
  } catch (thrown) {
    say();
    say(`${red('The drill failed:')} ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return false;
  } finally {
    giveUp.abort();
    await setup?.stop();
  }
}
