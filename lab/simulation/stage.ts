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
import { deployToSimulation, type StackOutputs } from './killswitch-stack.ts';
import { OwnProcessHost } from './own-process-host.ts';
import { synthesized } from './synthesis.ts';

export interface StageOptions {
  /** Of the stack that is deployed. */
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
  /** Before the stack is deployed: what is in the account already. */
  readonly prepare?: (account: SimulatedAccount) => void;
}

/** A simulated account in which the real stack is deployed, and whose function runs in this process. */
export type OwnStage = Omit<Stage, 'server'>;

/** A simulated account in which the real stack is deployed. Nothing happens until the conductor is told to run. */
export interface Stage {
  readonly account: SimulatedAccount;
  readonly endpoint: Endpoint;
  /** Where the account listens on loopback. */
  readonly server: SimulatedAccountServer;
  readonly conductor: Conductor;
  readonly outputs: StackOutputs;
  /** @throws Error with what went wrong inside the simulation itself, or was asked of it that it does not play. */
  refuseDefects(): void;
  /** Ends the function's processes and the servers. */
  stop(): Promise<void>;
}

const DEFAULTS = { startsAt: Date.UTC(2026, 0, 1), seed: 1 };

/** The account, with the stack in it as the real CDK synthesizes it. */
async function deployed(options: StageOptions) {
  const account = new SimulatedAccount({ ...DEFAULTS, ...options.account });
  const assembly = await synthesized(options.settings, account.accountId);
  options.prepare?.(account);
  const { outputs } = deployToSimulation(account, assembly, options.deploy);
  const endpoint = new Endpoint(account, options.endpoint);
  const conductor = new Conductor(account.timeline);
  return { account, outputs, endpoint, conductor, refuseDefects: () => endpoint.refuseDefects() };
}

/**
 * Like `startStage`, with the bundle in this process, which is on virtual time until the stage is stopped: only one at
 * a time, and nothing else may go on meanwhile. Thousands of runs take minutes instead of an hour.
 */
export async function startOwnStage(
  options: Omit<StageOptions, 'node' | 'env' | 'onLine'>,
): Promise<OwnStage> {
  const stage = await deployed(options);
  const { account, endpoint, conductor, outputs } = stage;
  const { timeline, random, functions } = account;
  const ownProcess = installVirtualTime(timeline, new Random(random.seed + 1));
  const host = new OwnProcessHost({ endpoint, timeline }, ownProcess);
  conductor.join(ownProcess);
  functions.host = host;
  await ownProcess.during(host.load(functions.get(outputs.FunctionName).root));
  return {
    ...stage,
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
export async function startStage(options: StageOptions): Promise<Stage> {
  const stage = await deployed(options);
  const { account, endpoint, conductor } = stage;
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
    ...stage,
    server,
    stop: async () => {
      for (const { name } of account.functions.all())
        for (const run of account.functions.runsOf(name)) run.kill();
      await timeServer.stop();
      await server.stop();
    },
  };
}
