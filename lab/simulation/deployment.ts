import type { SettingsInput } from '../../lambda/core/settings.ts';
import { type AccountOptions, SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import type { DeployOptions } from '../../simulated-aws/deploy/deploy.ts';
import { ChildHost } from '../../simulated-aws/services/lambda/child-host.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { TimeServer } from '../../simulated-aws/time/time-server.ts';
import { Endpoint, type EndpointOptions } from '../../simulated-aws/wire/endpoint.ts';
import { type SimulatedAccountServer, serve } from '../../simulated-aws/wire/server.ts';
import { InProcessHost } from './in-process-host.ts';
import { deployToSimulation, type StackOutputs } from './killswitch-stack.ts';
import { synthesized } from './synthesis.ts';

export interface DeploymentOptions {
  /** The settings of the deployed stack. */
  readonly settings: SettingsInput;
  /** When its time begins, its seed, its regions; 1 January 2026 and seed 1 by default. */
  readonly account?: Partial<AccountOptions>;
  readonly deploy?: DeployOptions;
  readonly endpoint?: EndpointOptions;
  /** The Node.js that the function runs on; this one by default. */
  readonly node?: string;
  /** More environment for the function's process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Each line that the function logs. */
  readonly onLine?: (line: string) => void;
  /** Called before the stack is deployed: what the account holds already. */
  readonly prepare?: (account: SimulatedAccount) => void;
}

/** The real stack in a simulated account; its function runs in this process. */
export type InProcessDeployment = Omit<SimulatedDeployment, 'server'>;

/** The real stack in a simulated account. Nothing happens until the conductor runs. */
export interface SimulatedDeployment {
  readonly account: SimulatedAccount;
  readonly endpoint: Endpoint;
  /** Where the account listens on loopback. */
  readonly server: SimulatedAccountServer;
  readonly conductor: Conductor;
  readonly outputs: StackOutputs;
  /** @throws Error with what went wrong inside the simulation itself, or with calls that it does not play. */
  refuseDefects(): void;
  /** Ends the function's processes and the servers. */
  stop(): Promise<void>;
}

const DEFAULTS = { startsAt: Date.UTC(2026, 0, 1), seed: 1 };

/** The account, with the stack as the real CDK synthesizes it. */
async function deployed(options: DeploymentOptions) {
  const account = new SimulatedAccount({ ...DEFAULTS, ...options.account });
  const assembly = await synthesized(options.settings, account.accountId);
  options.prepare?.(account);
  const { outputs } = deployToSimulation(account, assembly, options.deploy);
  const endpoint = new Endpoint(account, options.endpoint);
  const conductor = new Conductor(account.timeline);
  return { account, outputs, endpoint, conductor, refuseDefects: () => endpoint.refuseDefects() };
}

/**
 * Like `deploySimulation`, with the function's bundle in this process, which is on virtual time until `stop`. Only one at
 * a time, and this process may do nothing else meanwhile. Thousands of runs take minutes instead of an hour.
 */
export async function deployInProcess(
  options: Omit<DeploymentOptions, 'node' | 'env' | 'onLine'>,
): Promise<InProcessDeployment> {
  const deployment = await deployed(options);
  const { account, endpoint, conductor, outputs } = deployment;
  const { timeline, random, functions } = account;
  const ownProcess = installVirtualTime(timeline, new Random(random.seed + 1));
  const host = new InProcessHost({ endpoint, timeline }, ownProcess);
  conductor.join(ownProcess);
  functions.host = host;
  await ownProcess.during(host.load(functions.get(outputs.FunctionName).root));
  return {
    ...deployment,
    stop: async () => {
      host.stop();
      ownProcess.uninstall();
    },
  };
}

/**
 * Synthesizes the stack with the real CDK, deploys the template to a simulated account, and hosts the deployed asset
 * in child processes that live in the account's time.
 */
export async function deploySimulation(options: DeploymentOptions): Promise<SimulatedDeployment> {
  const deployment = await deployed(options);
  const { account, endpoint, conductor } = deployment;
  const server = await serve(endpoint);
  const timeServer = await TimeServer.start(account.timeline, account.random.seed);
  timeServer.watch(server.url);
  conductor.join(timeServer);
  const { node, env, onLine } = options;
  account.functions.host = new ChildHost({
    timeServer,
    endpoint: server.url,
    ...(node === undefined ? {} : { node }),
    ...(env === undefined ? {} : { env }),
    ...(onLine === undefined ? {} : { onLine }),
  });
  return {
    ...deployment,
    server,
    stop: async () => {
      for (const { name } of account.functions.all())
        for (const run of account.functions.runsOf(name)) run.kill();
      await timeServer.stop();
      await server.stop();
    },
  };
}
