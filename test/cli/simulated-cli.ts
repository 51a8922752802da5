import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClosedOutputs,
  type CommandLine,
  type Ending,
  startCommandLine,
} from '../../lab/simulation/command-line.ts';
import { deploySimulation } from '../../lab/simulation/deployment.ts';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type { AccessKeyCredentials } from '../../simulated-aws/services/iam/user.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { TimeServer } from '../../simulated-aws/time/time-server.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { serve } from '../../simulated-aws/wire/server.ts';
import { bundledCli } from './bundled-cli.ts';

const STARTS_AT = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/**
 * The bundled command line, as processes in the time of a simulated account that belongs to `owner`.
 * @param settings with them the stack is deployed there, and its function runs
 */
export async function simulatedCli(plant: (account: SimulatedAccount) => void, settings?: SettingsInput) {
  let credentials: AccessKeyCredentials = { accessKeyId: '', secretAccessKey: '' };
  const prepare = (account: SimulatedAccount) => {
    account.iam.createUser('owner');
    credentials = account.iam.createAccessKey('owner');
    plant(account);
  };
  const deployment =
    settings && (await deploySimulation({ settings, prepare, account: { startsAt: STARTS_AT } }));
  const { account, endpoint, server, conductor } = deployment ?? (await bareAccount(prepare));
  const timeServer = await TimeServer.start(account.timeline, account.random.seed + 1);
  timeServer.watch(server.url);
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
    deployment,
    home,
    start,
    run: (args: readonly string[], closed?: ClosedOutputs): Promise<Ending> =>
      conductor.runUntil(start(args, closed).ended),
    stop: async () => {
      await timeServer.stop();
      await (deployment ?? server).stop();
      remove();
      endpoint.refuseDefects();
    },
  };
}

async function bareAccount(prepare: (account: SimulatedAccount) => void) {
  const account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1 });
  prepare(account);
  const endpoint = new Endpoint(account);
  return { account, endpoint, server: await serve(endpoint), conductor: new Conductor(account.timeline) };
}

export type SimulatedCli = Awaited<ReturnType<typeof simulatedCli>>;
