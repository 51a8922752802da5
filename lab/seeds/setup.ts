import '../simulation/lazy-modules.ts';
import { VERIFY_AFTER_MS } from '../../lambda/contain/scope.ts';
import { allowlist, DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { S3Store } from '../../lambda/shell/journal/s3-store.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler, type KillPoint } from '../../simulated-aws/wire/killable-handler.ts';
import type { Script } from '../incidents/schema.ts';
import type { Credential } from '../intruder/credentials.ts';
import { Intruder } from '../intruder/intruder.ts';
import { fillPolicySlots } from '../intruder/persistence.ts';
import { callerOf, outputOf } from './caller.ts';
import { LEAKED_USERS, type Scenario } from './scenario.ts';

const STARTS_AT = Date.UTC(2026, 0, 31, 9);
const BUCKET = 'killswitch-journal';
const HOME = 'us-east-1';
export const MINUTE_MS = 60_000;
/** Lambda's 15 minutes, less what the handler keeps for the report. */
const RUN_MS = 15 * MINUTE_MS - 45_000;

/** How a run ended: with a report, killed, or with an error that it threw. */
export type Ending = { readonly report: Report } | { readonly killed: true } | { readonly thrown: Error };

/** A scenario's account in this process, and the real engine that runs on it. */
export class SeedSetup {
  readonly account: SimulatedAccount;
  readonly endpoint: Endpoint;
  readonly conductor: Conductor;
  readonly owner: {
    readonly name: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly instances: readonly string[];
  };
  readonly policy: Policy;
  /** Lines of the log. They hold what the journal did not take, which a person undoes by hand. */
  readonly log: string[] = [];
  readonly #intruders: Intruder[] = [];
  readonly #process: InProcessTime;

  constructor(readonly scenario: Scenario) {
    this.account = new SimulatedAccount({
      startsAt: STARTS_AT,
      seed: scenario.seed,
      optedIn: scenario.optedIn,
    });
    const { timeline, iam, s3 } = this.account;
    this.endpoint = new Endpoint(this.account);
    this.conductor = new Conductor(timeline);
    s3.createBucket(BUCKET, HOME, { versioned: true });
    this.owner = this.#plantOwner();
    this.#plantOthers();
    for (const user of LEAKED_USERS) {
      iam.createUser(user);
      iam.createAccessKey(user);
    }
    this.strike(scenario.intruder);
    this.policy = {
      ...DEFAULT_POLICY,
      ...scenario.policy,
      allow: allowlist({ accessKeys: [this.owner.accessKeyId], instances: this.owner.instances }),
    };
    this.#process = installVirtualTime(timeline, new Random(scenario.seed + 1));
    this.conductor.join(this.#process);
  }

  get now(): number {
    return this.account.timeline.now();
  }

  /** The intruders' credentials that still work. */
  get working(): readonly Credential[] {
    return this.#intruders.flatMap(({ credentials }) => credentials.working());
  }

  /** Sets an intruder on the account, whose story begins now. */
  strike(script: Script): void {
    this.#intruders.push(new Intruder(this.account, script));
  }

  /** What most people do first: the owner disables the keys that are known to have leaked. */
  disableLeakedKeys(user: string): void {
    const { iam } = this.account;
    for (const { id } of iam.directory.find(user)?.keys ?? []) iam.updateAccessKey(user, id, 'Inactive');
  }

  wait(milliseconds: number): Promise<void> {
    return this.conductor.runTo(this.now + milliseconds);
  }

  /** One run of the engine, as the function or a person would have it. */
  async fire(killPoint?: KillPoint): Promise<Ending> {
    const handler = new KillableHandler(this.endpoint, this.account.timeline, killPoint);
    const ended = deadlineAfter(RUN_MS);
    const { config, sources } = callerOf(this.owner, this.scenario.credentialsAfterSeconds);
    const toTheEnd = new Clients(systemClock, deadlineAfter(RUN_MS + 30_000).signal, handler, config);
    const clients = new Clients(systemClock, ended.signal, handler, config);
    const identity = identify(clients, systemClock, sources);
    identity.catch(() => {}); // the run says it
    const deps = {
      clients,
      clock: systemClock,
      kinds,
      policy: this.policy,
      verifyAfterMs: VERIFY_AFTER_MS,
      newRun: () => newRun(Date.now()),
      identity: () => identity,
      // The command line opens its journal when it knows whose it is.
      store: (sources ? identity : Promise.resolve()).then(
        () => new S3Store(toTheEnd, BUCKET, '', HOME, true),
      ),
      log: (line: string) => void this.log.push(line),
      onProgress: outputOf(this.scenario.outputLines),
    };
    const trigger = { source: 'cli', id: newRun(Date.now()), action: 'fire', reason: 'a seed' } as const;
    const reported: Promise<Ending> = run(deps, trigger)
      .then((report) => ({ report }))
      .catch((thrown: unknown) => ({ thrown: thrown as Error }));
    const killed: Promise<Ending> = handler.killed.then(() => ({ killed: true as const }));
    return Promise.race([reported, killed]).finally(() => ended.abort());
  }

  /** Lets time pass until a run, or more at once, has ended. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.conductor.runUntil(work);
  }

  /** Puts an incident back, with all keys. */
  putBack(incident: string): Promise<RestoreStep[]> {
    const handler = new KillableHandler(this.endpoint, this.account.timeline, undefined);
    const clients = new Clients(systemClock, deadlineAfter(RUN_MS).signal, handler);
    const store = new S3Store(clients, BUCKET, '', HOME, true);
    const work = readIncident(store, incident).then((records) =>
      restore(clients, kinds, store, systemClock, { records, named: 'all', dryRun: false }, () => {}),
    );
    return this.during(work);
  }

  /** Gives real time back. */
  stop(): void {
    this.#process.uninstall();
  }

  #plantOwner() {
    const { iam, ec2 } = this.account;
    iam.createUser('owner');
    const { accessKeyId, secretAccessKey } = iam.createAccessKey('owner');
    process.env['AWS_ACCESS_KEY_ID'] = accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey;
    // No call goes there, since the handler answers. It makes the SDK put the bucket into the path, as on loopback.
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    const instances = this.scenario.ownersMachines.flatMap(({ region, count }) =>
      ec2.launch(region, { type: 't3.micro', count, launchedBy: 'owner' }).map(({ id }) => id),
    );
    return { name: 'owner', accessKeyId, secretAccessKey, instances };
  }

  #plantOthers(): void {
    const { iam, ec2 } = this.account;
    for (const { region, ...launch } of this.scenario.machines)
      ec2.launch(region, { ...launch, launchedBy: 'somebody' });
    for (const { name, keys, policySlotsFull } of this.scenario.users) {
      iam.createUser(name);
      for (let made = 0; made < keys; made++) iam.createAccessKey(name);
      if (policySlotsFull) fillPolicySlots(iam, [name]);
    }
  }
}
