import '../../simulation/lazy-modules.ts';
import { restore } from '../../../lambda/engine/restore.ts';
import { kinds } from '../../../lambda/kinds/index.ts';
import { Clients } from '../../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../../lambda/shell/clock.ts';
import { readIncident } from '../../../lambda/shell/journal/incident-records.ts';
import { S3Store } from '../../../lambda/shell/journal/s3-store.ts';
import type { TickReport } from '../../../lambda/tripwire/tick.ts';
import type { AccessKeyCredentials } from '../../../simulated-aws/services/iam/user.ts';
import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { KillableHandler } from '../../../simulated-aws/wire/killable-handler.ts';
import { BucketStore } from '../../simulation/bucket-store.ts';
import { deployInProcess, type InProcessDeployment } from '../../simulation/deployment.ts';
import { carryLogToJournal, readJournal } from '../account/journal.ts';
import { HOME, nearOrFar, OPTED_IN } from '../account/planted.ts';
import { changeText, lostSince, type Snapshot, snapshotOf } from '../account/snapshot.ts';
import { type Disturbance, disturb } from '../disturbing/disturbance.ts';
import type { Situation } from '../disturbing/fault-case.ts';
import { plantMemory, plantOwner, SETTINGS, SPENT_USD } from './account.ts';
import { SITUATIONS, type Surroundings } from './situations.ts';

const MINUTE_MS = 60_000;
/** Ten minutes later it is the hour, at which a tick asks for most. */
const STARTS_AT = Date.UTC(2026, 0, 20, 8, 50);
const TICK_AT = STARTS_AT + 10 * MINUTE_MS;
/** The disturbance of a tick ends before the next tick begins. */
const UNDISTURBED_AT = TICK_AT + 5 * MINUTE_MS - 1_000;
const RESTORE_MS = 10 * MINUTE_MS;

/** The run that was disturbed, and what the account showed when it had ended. */
export interface DisturbedTick {
  readonly attempt: Attempt;
  /** Whether the disturbance happened. */
  readonly disturbed: boolean;
  /** Whether the run went on when the disturbance was over, so that it could still mend what had gone wrong. */
  readonly outlasted: boolean;
  /** What there was when the run ended. */
  readonly left: readonly string[];
}

/** The looks that a tick's log tells of. */
export const looksIn = (log: readonly string[]): TickReport[] =>
  log.filter((line) => line.startsWith('{"at":')).map((line) => JSON.parse(line) as TickReport);

/** The deployed stack in an account of its own, in this process: what one case of a tick runs on. */
export class TickSetup {
  /** What was there before the kill switch changed anything. */
  readonly before: Snapshot[] = [];
  readonly #surroundings: Surroundings;

  private constructor(
    readonly deployment: InProcessDeployment,
    situation: Situation,
    private readonly key: AccessKeyCredentials,
  ) {
    this.#surroundings = SITUATIONS[situation];
    const { account } = deployment;
    plantMemory(account, deployment.outputs.JournalBucketName, this.#surroundings.checkedAgo);
    const watch = () => void this.before.push(snapshotOf(account));
    for (const { at, happens } of this.#surroundings.events)
      account.timeline.at(STARTS_AT + at, () => {
        happens(account);
        watch();
      });
    account.timeline.at(TICK_AT - 1, watch);
  }

  static async start(situation: Situation): Promise<TickSetup> {
    const owner: { key?: AccessKeyCredentials } = {};
    const deployment = await deployInProcess({
      settings: SETTINGS,
      account: { startsAt: STARTS_AT, optedIn: [OPTED_IN] },
      deploy: { spendBeforeUsd: SPENT_USD },
      endpoint: { latency: nearOrFar },
      prepare: (account) => {
        owner.key = plantOwner(account);
      },
    });
    if (!owner.key) throw new Error('nothing was planted');
    return new TickSetup(deployment, situation, owner.key);
  }

  /** Lets time pass until the tick begins, and disturbs it until it ends or the next one is due. */
  async tick(begins: () => Disturbance | undefined): Promise<DisturbedTick> {
    const { account, conductor, endpoint } = this.deployment;
    await conductor.runTo(TICK_AT + 10);
    const run = account.functions.invocations.at(-1)?.running;
    if (!run) throw new Error('no tick has begun');
    const disturbance = begins();
    const endDisturbance = disturbance && disturb(endpoint, disturbance, () => run.kill());
    await conductor.runUntil(Promise.race([run.ended, this.#at(UNDISTURBED_AT)]));
    const disturbed = endDisturbance?.() ?? false;
    const attempt = await conductor.runUntil(run.ended);
    const outlasted = attempt.endedAt >= UNDISTURBED_AT;
    return { attempt, disturbed, outlasted, left: this.#surroundings.left(account) };
  }

  /** What the next ticks left, and the last of them. */
  async afterwards(): Promise<{ readonly left: readonly string[]; readonly last: Attempt | undefined }> {
    const { account, conductor } = this.deployment;
    await conductor.runTo(STARTS_AT + this.#surroundings.containedBy);
    const left = this.#surroundings.left(account);
    // While an incident is open, a run goes on until the next one is due.
    await conductor.runTo(STARTS_AT + this.#surroundings.containedBy + 3 * MINUTE_MS - 1_000);
    return { left, last: account.functions.attempts.at(-1) };
  }

  journal(): ReturnType<typeof readJournal> {
    return readJournal(this.#store);
  }

  carryLogToJournal(): Promise<number> {
    const { attempts } = this.deployment.account.functions;
    return carryLogToJournal(
      this.#store,
      attempts.flatMap(({ log }) => log),
    );
  }

  /** No tick comes any more: to a tick, a restore may look like an attack. */
  endTicks(): void {
    const { functions } = this.deployment.account;
    for (const { name } of functions.all()) {
      functions.reserve(name, 0); // so that Lambda does not retry what is killed here
      for (const run of functions.runsOf(name)) run.kill();
    }
  }

  /** Puts an incident back with all keys, as the owner's command line does. @returns the steps that failed. */
  async restore(incident: string): Promise<string[]> {
    const { endpoint, account, conductor, outputs } = this.deployment;
    const { accessKeyId, secretAccessKey } = this.key;
    delete process.env['AWS_SESSION_TOKEN'];
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    const handler = new KillableHandler(endpoint, account.timeline);
    const clients = new Clients(systemClock, deadlineAfter(RESTORE_MS).signal, handler);
    const store = new S3Store(clients, outputs.JournalBucketName, '', HOME, true);
    const work = readIncident(store, incident).then((records) =>
      restore(clients, kinds, store, systemClock, { records, named: 'all', dryRun: false }, () => {}),
    );
    const steps = await conductor.runUntil(work);
    return steps.flatMap(({ status, action, detail }) =>
      status === 'failed' ? [`${action.verb} of ${action.id}: ${detail}`] : [],
    );
  }

  wait(milliseconds: number): Promise<void> {
    return this.deployment.conductor.runTo(this.deployment.account.timeline.now() + milliseconds);
  }

  /** What an undo did not bring back although it must. */
  lost(): string[] {
    const now = snapshotOf(this.deployment.account);
    return lostSince(this.first, now, 'stop').map(changeText);
  }

  /** Each thing as it was when it was first seen. */
  get first(): Snapshot {
    return new Map(this.before.toReversed().flatMap((snapshot) => [...snapshot]));
  }

  /** @throws Error with what went wrong inside the simulation itself. */
  async stop(): Promise<void> {
    await this.deployment.stop();
    this.deployment.refuseDefects();
  }

  #at(time: number): Promise<void> {
    return new Promise((resolve) => {
      this.deployment.account.timeline.at(time, resolve);
    });
  }

  get #store(): BucketStore {
    return new BucketStore(this.deployment.account.s3, this.deployment.outputs.JournalBucketName);
  }
}
