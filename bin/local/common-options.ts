import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Wire } from '../../lambda/shell/calls/clients.ts';
import { beQuiet, inform, say } from '../terminal/console.ts';
import { proposeFor } from '../terminal/flags.ts';
import { plain } from '../terminal/lines.ts';
import type { Host } from './local-run.ts';
import { refuseUnknownProfile } from './profile.ts';
import { type Proxies, placeOf, proxiesOf } from './proxy.ts';

interface CommonOptions {
  readonly profile?: string;
  readonly account?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const GROUP = 'Options of every command:';

function accountId(value: string): string {
  if (/^\d{12}$/.test(value)) return value;
  throw new InvalidArgumentError(`"${value}" is not an account id: expected 12 digits`);
}

/** Adds what every command that calls AWS takes: who signs, which account it must be, and how much is said. */
export function withCommonOptions(command: Command, host: Host): Command {
  return command
    .addOption(
      new Option(
        '--profile <name>',
        'profile that signs; it wins over AWS_PROFILE and AWS_ACCESS_KEY_ID',
      ).helpGroup(GROUP),
    )
    .addOption(
      new Option('--account <id>', 'refuse the credentials of any other account')
        .argParser(accountId)
        .helpGroup(GROUP),
    )
    .addOption(
      new Option('--quiet', 'no progress: only the result, questions and problems')
        .conflicts('verbose')
        .helpGroup(GROUP),
    )
    .addOption(
      new Option('--verbose', 'every call that failed or was made again, with its cause').helpGroup(GROUP),
    )
    .hook('preAction', (_, called) => prepare(host, called.opts()));
}

/**
 * Before any call, and in the order of what it may refuse. Reads two files at most, which the SDK reads anyway.
 * @throws InputError for an unknown profile, and for a proxy that is none.
 */
async function prepare({ env, lookUp }: Host, options: CommonOptions): Promise<void> {
  const { profile, account, quiet, verbose } = options;
  if (quiet) beQuiet();
  proposeFor(options);
  const named = profile ?? env['AWS_PROFILE'];
  // A default profile need not be in a file.
  if (named && (profile !== undefined || named !== 'default'))
    await refuseUnknownProfile(named, profile === undefined ? 'AWS_PROFILE' : '--profile');
  if (profile !== undefined) env['AWS_PROFILE'] = profile;
  const proxies = proxiesOf(env);
  if (proxies) {
    const places = [proxies.https, proxies.http].flatMap((proxy) => (proxy ? [placeOf(proxy)] : []));
    inform(plain(`calls go through the proxy ${places.join(' and ')}`));
  }
  lookUp.settings = {
    ...(proxies ? { wire: await wireThrough(proxies) } : {}),
    ...(verbose ? { onMade: (await import('./call-log.ts')).tellTroubles((line) => say(`  ${line}`)) } : {}),
    ...(account === undefined ? {} : { account }),
    ...(profile === undefined ? {} : { isProfileNamed: true }),
  };
}

/** Makes the way to AWS for each run. Its code is loaded only where there is a proxy. */
async function wireThrough(proxies: Proxies): Promise<() => Wire> {
  const { ProxyWire } = await import('./proxy-wire.ts');
  return () => new ProxyWire(proxies);
}
