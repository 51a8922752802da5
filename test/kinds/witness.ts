import '../../lab/simulation/lazy-modules.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import { permissionsBoundaries } from '../../lab/testbed/moto-gaps.ts';
import { type PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';
import { newAccount } from '../e2e/engine.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { IdleClock } from '../idle-time/idle-clock.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

/** A new account in which a kind is tested. */
export interface Account {
  /** To plant in it. */
  readonly planted: PlantedAccount;
  /** As the engine calls it. */
  readonly clients: Clients;
  readonly accountId: string;
  /** The engine's own key, which is exempt, as in a real run. */
  readonly accessKeyId: string;
  /** Operations that the engine has called since `forget`, by API name. */
  readonly calls: readonly string[];
  forget(): void;
  /** From now on these operations, and no others, are refused. */
  refuse(...operations: string[]): void;
  /** Waits until instances have reached their states and all changes are visible. */
  untilConsistent(): Promise<void>;
  /** Lets virtual time pass until the work is done. */
  during<T>(work: () => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/** An implementation of AWS on which the contract is tested. */
export interface Witness {
  readonly name: string;
  begin(): Promise<void>;
  /** @param prepare prepares the simulated account with what no API call can make */
  open(prepare?: (account: SimulatedAccount) => void): Promise<Account>;
  end(): Promise<void>;
}

export const REGION = 'us-east-1';
const STARTS_AT = Date.UTC(2026, 0, 31, 9);
const MINUTE_MS = 60_000;
const RUN_MS = 10 * MINUTE_MS;

/** In this process and on virtual time; needs nothing installed. */
export const simulatedAccount: Witness = {
  name: 'the simulated account',
  begin: async () => {},
  end: async () => {},
  open: async (prepare = () => {}) => {
    const account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1 });
    const { timeline, iam } = account;
    const endpoint = new Endpoint(account);
    const conductor = new Conductor(timeline);
    iam.createUser('owner');
    const credentials = iam.createAccessKey('owner');
    signWith(credentials, 'http://127.0.0.1:9'); // never called: the handler answers
    prepare(account);
    const process = installVirtualTime(timeline, new Random(2));
    conductor.join(process);
    const handler = () => new KillableHandler(endpoint, timeline);
    let known = 0;
    return {
      planted: new PlantedAccount('http://127.0.0.1:9', credentials, { requestHandler: handler() }),
      clients: new Clients(systemClock, deadlineAfter(RUN_MS).signal, handler()),
      accountId: account.accountId,
      accessKeyId: credentials.accessKeyId,
      get calls() {
        return endpoint.calls.slice(known).map(({ operation }) => operation);
      },
      forget: () => {
        known = endpoint.calls.length;
      },
      refuse: (...operations) => {
        endpoint.rules.clear();
        if (operations.length > 0)
          endpoint.rules.add({ when: { operations }, fault: { kind: 'access-denied' } });
      },
      untilConsistent: () => conductor.runTo(timeline.now() + MINUTE_MS),
      during: (work) => conductor.runUntil(work()),
      end: async () => {
        process.uninstall();
        signWith(undefined);
        endpoint.refuseDefects();
      },
    };
  },
};

/** moto's server, which others wrote, with a new account for each test. */
export function moto(): Witness {
  let server: Moto;
  let proxy: RecordingProxy;
  let clock: IdleClock;
  let accounts = 0;
  return {
    name: 'moto',
    begin: async () => {
      server = await emptyMoto();
      proxy = await startProxy(server.url);
      clock = new IdleClock();
    },
    end: async () => {
      clock?.stop();
      await proxy?.stop();
      await server?.stop();
    },
    open: async () => {
      const accountId = String(100_000_000_000 + ++accounts);
      const credentials = await newAccount(server, accountId);
      signWith(credentials, proxy.url);
      const { rules } = permissionsBoundaries();
      proxy.rules.add(...rules);
      const ended = new AbortController();
      const planted = new PlantedAccount(server.url, credentials);
      return {
        planted,
        clients: unlimitedClients(clock, ended.signal),
        accountId,
        accessKeyId: credentials.accessKeyId,
        get calls() {
          return proxy.calls.map(({ operation }) => operation);
        },
        forget: () => proxy.forgetCalls(),
        refuse: (...operations) => {
          proxy.rules.clear();
          for (const operation of operations)
            proxy.rules.add({ when: { operation }, fault: { kind: 'access-denied' } });
          proxy.rules.add(...rules);
        },
        untilConsistent: async () => {},
        during: (work) => work(),
        end: async () => {
          proxy.rules.clear();
          signWith(undefined);
          ended.abort();
          planted.close();
        },
      };
    },
  };
}

/** Sets the engine's credentials and endpoint in the environment, as for a process. */
function signWith(credentials: typeof PLANTER | undefined, endpoint = ''): void {
  const environment = {
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
    AWS_ENDPOINT_URL: endpoint,
  };
  for (const [name, value] of Object.entries(environment))
    if (credentials && value !== undefined) process.env[name] = value;
    else delete process.env[name];
}
