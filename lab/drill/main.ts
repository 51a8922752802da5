import '../../simulated-aws/host/loopback-guard.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { red, say } from './screen.ts';
import type { DrillSetup } from './setup.ts';
import { tell } from './story.ts';

/** Modules are loaded when they are needed: the simulated account needs nothing of moto's. */
const SETUPS: Readonly<Record<string, (node: string | undefined) => Promise<DrillSetup>>> = {
  simulated: async (node) => (await import('./on-simulation.ts')).onSimulation(node),
  moto: async (node) => (await import('./on-moto.ts')).onMoto(node),
};
const ACCOUNTS = Object.keys(SETUPS).join(' or ');
const USAGE = `usage: npm run drill -- [--account ${Object.keys(SETUPS).join('|')}]
  --account simulated  an account inside this program, in virtual time; needs Node.js alone (default)
  --account moto       moto, with the real cdk deploy, in real time; needs Python 3
DRILL_FUNCTION_NODE names another Node.js for the function, e.g. of Lambda's own major version.
Exit codes: 0 contained · 1 a check failed, or an error · 2 bad input, nothing was started`;
const AT_MOST_MS = 180_000;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = await main();

async function main(): Promise<number> {
  const read = readOptions();
  if (typeof read === 'string') {
    process.stderr.write(`${read}\n\n${USAGE}\n`);
    return 2;
  }
  if (read.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  return (await passes(read.start)) ? 0 : 1;
}

/** @returns what is wrong with the options, if anything. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        account: { type: 'string', default: 'simulated' },
        help: { type: 'boolean', default: false },
      },
    });
    const start = Object.hasOwn(SETUPS, values.account) ? SETUPS[values.account] : undefined;
    return start
      ? { start, help: values.help }
      : `there is no account ${values.account}: expected ${ACCOUNTS}`;
  } catch (error) {
    if (error instanceof TypeError) return error.message; // as parseArgs words it
    throw error;
  }
}

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
