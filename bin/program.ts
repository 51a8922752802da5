import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { withCommonOptions } from './local/common-options.ts';
import type { Host } from './local/local-run.ts';
import { print } from './terminal/console.ts';

const EXIT_CODES = `
Exit codes: 0 done and clean · 1 error · 2 bad input or not confirmed, nothing changed · 3 something could not
be seen or done · 4 status found problems · 130 or 143 ended by
SIGINT or SIGTERM. Credentials, endpoints and proxies come from the standard environment
(AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, HTTPS_PROXY, …).`;

type Load = (host: Host) => Promise<Command>;

/** In the order in which the help lists them. */
const COMMANDS: Readonly<Record<string, Load>> = {
  plan: async (host) => (await import('./commands/plan.ts')).planCommand(host),
  fire: async (host) => (await import('./commands/fire.ts')).fireCommand(host),
  restore: async (host) => (await import('./commands/restore.ts')).restoreCommand(host),
  incidents: async (host) => (await import('./commands/incidents.ts')).incidentsCommand(host),
  status: async (host) => (await import('./commands/status.ts')).statusCommand(host),
  'test-alarm': async (host) => (await import('./commands/test-alarm.ts')).testAlarmCommand(host),
  allow: async (host) => (await import('./commands/allow.ts')).allowCommand(host),
  uninstall: async (host) => (await import('./commands/uninstall.ts')).uninstallCommand(host),
  completion: async (host) =>
    (await import('./commands/completion.ts')).completionCommand(() =>
      programOf(host, Object.keys(COMMANDS)),
    ),
};

/** These call no AWS. */
const CALLS_NOBODY = ['completion'];

/**
 * The command line, ready to parse the arguments of a process.
 * @param args without the program's own name. Only the code of the command that they name is loaded: in an emergency each
 *   file costs time. All, to list them.
 */
export function programFor(host: Host, args: readonly string[]): Promise<Command> {
  const [name = ''] = args;
  if (name === '--version') return programOf(host, []);
  return programOf(host, Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS));
}

async function programOf(host: Host, names: readonly string[]): Promise<Command> {
  const program = new Command('killswitch')
    .description('Stops an AWS bill: every instance in every region, every access key that is not yours.')
    .option('--version', 'print the version')
    .on('option:version', () => {
      print(version);
      throw new CommanderError(0, 'killswitch.version', version);
    })
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('options go after the command; all commands: ./killswitch --help')
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .exitOverride();
  for (const name of names) {
    const command = await (COMMANDS[name] as Load)(host);
    if (!CALLS_NOBODY.includes(name)) withCommonOptions(command, host);
    program.addCommand(
      command
        .exitOverride()
        .copyInheritedSettings(program)
        .showHelpAfterError(`what it takes: ./killswitch ${name} --help`),
    );
  }
  return program;
}
