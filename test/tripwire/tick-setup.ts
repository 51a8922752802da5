import '../../lab/simulation/lazy-modules.ts';
import { BucketStore } from '../../lab/simulation/bucket-store.ts';
import { compose, composeTick } from '../../lambda/compose.ts';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import type { Signal } from '../../lambda/core/signal.ts';
import { MEMORY_KEY, parseMemory, type TripwireMemory } from '../../lambda/core/tripwire/memory.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { type TickReport, tick } from '../../lambda/tripwire/tick.ts';
import type { TickDeps, TickTrigger } from '../../lambda/tripwire/tick-deps.ts';
import { type AccountOptions, SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import type { FaultRule } from '../../simulated-aws/wire/fault-rules.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const HOME = 'us-east-1';
export const LIMIT_USD = 100;
const STARTS_AT = Date.UTC(2026, 0, 20, 9, 0, 7);
const BUCKET = 'killswitch-journal';
export const BUDGET = 'killswitch-usage';
/** Lambda's time for a run, and the part of it that is not kept for the report. */
const RUN_MS = 5 * MINUTE_MS;
const TICK_MS = RUN_MS - 45_000;
const TICK: TickTrigger = { source: 'schedule', id: 't', action: 'tick', reason: 'the schedule' };

/**
 * Runs ticks as the handler composes them, in a simulated account without the stack, in-process on virtual
 * time.
 */
export class TickSetup {
  readonly account: SimulatedAccount;
  readonly endpoint: Endpoint;
  readonly conductor: Conductor;
  readonly topic: string;
  readonly settings;
  readonly #process: InProcessTime;

  constructor(options: Partial<AccountOptions> = {}, settings: Partial<SettingsInput> = {}) {
    this.settings = parseSettings(
      { email: 'owner@example.com', monthlyBudgetUsd: LIMIT_USD, allow: { users: ['owner'] }, ...settings },
      'test',
    );
    this.account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1, ...options });
    const { timeline, iam, s3, sns, budgets } = this.account;
    this.endpoint = new Endpoint(this.account);
    this.conductor = new Conductor(timeline);
    s3.createBucket(BUCKET, HOME, { versioned: true });
    this.topic = sns.topics.create(HOME, 'reports');
    sns.topics.subscribe(this.topic, 'email', 'owner@example.com');
    sns.topics.confirm('owner@example.com');
    iam.createUser('owner');
    const { accessKeyId, secretAccessKey } = iam.createAccessKey('owner');
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      // Never called: the handler answers. It puts the bucket's name into the path, as on loopback.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_REGION: HOME,
    });
    const amount = { Amount: String(LIMIT_USD), Unit: 'USD' };
    const definition = {
      BudgetName: BUDGET,
      BudgetLimit: amount,
      TimeUnit: 'MONTHLY' as const,
      BudgetType: 'COST' as const,
      CostFilters: { LinkedAccount: [this.account.accountId] },
    };
    budgets.budgets.set(BUDGET, { definition, createdAt: timeline.now(), notifications: [] });
    this.#process = installVirtualTime(timeline, new Random(2));
    this.conductor.join(this.#process);
  }

  get now(): number {
    return this.account.timeline.now();
  }

  get store(): BucketStore {
    return new BucketStore(this.account.s3, BUCKET);
  }

  /** Subjects of the mails to the owner so far. */
  get mails(): string[] {
    return this.account.sns.deliveries.flatMap(({ protocol, subject = '' }) =>
      protocol === 'email' ? [subject] : [],
    );
  }

  get running(): string[] {
    return [...this.account.ec2.instances()]
      .filter(({ state }) => state === 'running' || state === 'pending')
      .map(({ id }) => id);
  }

  memory(): TripwireMemory | undefined {
    return parseMemory(this.account.s3.find(BUCKET, MEMORY_KEY)?.body.toString(), this.now).memory;
  }

  /** Writes an object into the bucket, as an intruder could. */
  write(key: string, text: string | Buffer): void {
    this.account.s3.put(BUCKET, key, Buffer.from(text));
  }

  versions(key: string): number {
    return this.account.s3.versionsOf(BUCKET, key).length;
  }

  /** From now on, AWS answers with these faults only; without rules, with none. */
  setFaults(...rules: FaultRule[]): void {
    this.endpoint.rules.clear();
    this.endpoint.rules.add(...rules);
  }

  wait(ms: number): Promise<void> {
    return this.conductor.runTo(this.now + ms);
  }

  during<T>(work: Promise<T>): Promise<T> {
    return this.conductor.runUntil(work);
  }

  clients(ms = TICK_MS): Clients {
    const handler = new KillableHandler(this.endpoint, this.account.timeline);
    return new Clients(systemClock, deadlineAfter(ms).signal, handler);
  }

  deps(change: Partial<TickDeps> = {}, trigger: TickTrigger = TICK, remainingMs = RUN_MS): TickDeps {
    const composed = compose({
      environment: {
        ...{ account: this.account.accountId, budget: BUDGET, journalBucket: BUCKET, stack: 'Killswitch' },
        ...{ alarmTopic: this.topic, controlTopic: this.topic, reportTopic: this.topic },
        ...{ schedule: 'tick', rules: [], alarms: [] },
        ...{ region: HOME, functionName: undefined, runtime: undefined, isEmulated: true },
      },
      settings: this.settings,
      trigger,
      remainingMs,
      wire: () => new KillableHandler(this.endpoint, this.account.timeline),
    });
    return { ...composeTick(composed, this.settings), log: () => {}, ...change };
  }

  /** One tick, to its end. */
  tick(change: Partial<TickDeps> = {}, trigger: TickTrigger = TICK): Promise<TickReport> {
    return this.during(tick(this.deps(change, trigger), trigger));
  }

  signal(signal: Signal, change: Partial<TickDeps> = {}): Promise<TickReport> {
    return this.tick(change, { source: 'signal', id: signal.id, action: 'tick', signal });
  }

  /** Restores real time. */
  stop(): void {
    this.#process.uninstall();
    delete process.env['AWS_ENDPOINT_URL'];
    delete process.env['AWS_REGION'];
  }
}
