import '../../lab/simulation/lazy-modules.ts';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { type Deps, newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { type AccountOptions, SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';
import { MemoryStore } from '../shell/memory-store.ts';

const STARTS_AT = Date.UTC(2026, 0, 31, 9);

/** The engine as the command line composes it, on a simulated account in this process and on its virtual time. */
export class SimulatedFire {
  readonly account: SimulatedAccount;
  readonly endpoint: Endpoint;
  readonly conductor: Conductor;
  readonly store = new MemoryStore();
  readonly #time: InProcessTime;

  constructor(options: Partial<AccountOptions> = {}) {
    this.account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1, ...options });
    this.endpoint = new Endpoint(this.account);
    this.conductor = new Conductor(this.account.timeline);
    const { accessKeyId, secretAccessKey } = this.account.iam.rootAccessKey();
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9', // never reached: the handler answers
    });
    this.#time = installVirtualTime(this.account.timeline, new Random(2));
    this.conductor.join(this.#time);
  }

  /** Starts machines in a region, and lets time pass until they run. */
  async launch(region: string, count: number): Promise<void> {
    this.account.ec2.launch(region, { type: 't3.micro', count, launchedBy: 'somebody' });
    await this.pass(60_000);
  }

  pass(milliseconds: number): Promise<void> {
    return this.conductor.runTo(this.account.timeline.now() + milliseconds);
  }

  /** Machines that run or are about to. */
  get running(): number {
    const isOn = ({ state }: { readonly state: string }) => state === 'running' || state === 'pending';
    return [...this.account.ec2.instances()].filter(isOn).length;
  }

  /** The way to the account, for a client of the SDK. */
  wire(): KillableHandler {
    return new KillableHandler(this.endpoint, this.account.timeline);
  }

  /** One fire by hand, to its end. */
  fire(policy: Partial<Policy> = {}, more: Partial<Deps> = {}): Promise<Report> {
    const clock = more.clock ?? systemClock;
    const clients = new Clients(clock, deadlineAfter(240_000).signal, this.wire());
    const deps: Deps = {
      clients,
      clock,
      kinds,
      policy: { ...DEFAULT_POLICY, ...policy },
      verifyAfterMs: 5_000,
      newRun: () => newRun(clock.now()),
      identity: () => identify(clients, clock),
      store: Promise.resolve(this.store),
      log: () => {},
      onProgress: () => {},
      ...more,
    };
    const cli = {
      source: 'cli',
      id: newRun(clock.now()),
      action: 'fire',
      reason: 'a test fired it',
    } as const;
    return this.conductor.runUntil(run(deps, cli));
  }

  /** Restores real time. @throws Error with what the simulated account could not do. */
  end(): void {
    this.#time.uninstall();
    delete process.env['AWS_ENDPOINT_URL'];
    this.endpoint.refuseDefects();
  }
}
