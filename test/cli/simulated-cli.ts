import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClosedOutputs,
  type CommandLine,
  type Ending,
  startCommandLine,
} from '../../lab/simulation/command-line.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { TimeServer } from '../../simulated-aws/time/time-server.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { serve } from '../../simulated-aws/wire/server.ts';
import { bundledCli } from './bundled-cli.ts';

const STARTS_AT = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** The bundled command line, as processes in the time of a simulated account that belongs to `owner`. */
export async function simulatedCli(plant: (account: SimulatedAccount) => void) {
  const account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1 });
  account.iam.createUser('owner');
  const credentials = account.iam.createAccessKey('owner');
  plant(account);
  const endpoint = new Endpoint(account);
  const server = await serve(endpoint);
  const timeServer = await TimeServer.start(account.timeline);
  timeServer.watch(server.url);
  const conductor = new Conductor(account.timeline);
  conductor.join(timeServer);
  await conductor.runTo(STARTS_AT + 10 * MINUTE_MS); // what was planted runs
  const { outdir, file } = await bundledCli();
  const { path: home, remove } = temporaryFolder('killswitch-home-');
  mkdirSync(home, { recursive: true });
  const start = (args: readonly string[], closed?: ClosedOutputs): CommandLine =>
    startCommandLine(join(outdir, file), args, {
      timeServer,
      endpoint: server.url,
      credentials,
      home,
      ...(closed ? { closed } : {}),
    });
  return {
    account,
    endpoint,
    conductor,
    credentials,
    home,
    start,
    run: (args: readonly string[], closed?: ClosedOutputs): Promise<Ending> =>
      conductor.runUntil(start(args, closed).ended),
    stop: async () => {
      await timeServer.stop();
      await server.stop();
      remove();
      endpoint.refuseDefects();
    },
  };
}

export type SimulatedCli = Awaited<ReturnType<typeof simulatedCli>>;
