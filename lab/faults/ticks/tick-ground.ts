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
import { MortalHandler } from '../../../simulated-aws/wire/mortal-handler.ts';
import { type OwnStage, startOwnStage } from '../../simulation/stage.ts';
import { BucketStore } from '../bucket-store.ts';
import { type Disturbance, disturb } from '../disturbance.ts';
import { carryLogToJournal, readJournal } from '../recorded.ts';
import { changeText, lostSince, type Snapshot, snapshotOf } from '../snapshot.ts';
import { HOME, nearOrFar, OPTED_IN } from '../world.ts';
import { SCENES, type Scene, type SceneName } from './scenes.ts';
import { plantMemory, plantOwner, SETTINGS, SPENT_USD } from './world.ts';

const MINUTE_MS = 60_000;
/** Ten minutes later it is the hour, at which a tick asks for most. */
const STARTS_AT = Date.UTC(2026, 0, 20, 8, 50);
const TICK_AT = STARTS_AT + 10 * MINUTE_MS;
/** What disturbs a tick has passed when the next one begins. */
const CALM_AT = TICK_AT + 5 * MINUTE_MS - 1_000;
const RESTORE_MS = 10 * MINUTE_MS;

/** The run that was disturbed, and what the account showed of it when the disturbance was over. */
export interface DisturbedTick {
  readonly attempt: Attempt;
  /** Whether what was to disturb it came to pass. */
  readonly disturbed: boolean;
  readonly left: readonly string[];
}

/** Looks of a tick, as its log has them. */
export const looksIn = (log: readonly string[]): TickReport[] =>
  log.filter((line) => line.startsWith('{"at":')).map((line) => JSON.parse(line) as TickReport);

/** The deployed stack in an account of its own, in this process: one trial's ground. */
export class TickGround {
  /** What was there before the kill switch changed anything. */
  readonly before: Snapshot[] = [];
  readonly #scene: Scene;

  private constructor(
    readonly stage: OwnStage,
    name: SceneName,
    private readonly key: AccessKeyCredentials,
  ) {
    this.#scene = SCENES[name];
    const { account } = stage;
    plantMemory(account, stage.outputs.JournalBucketName, this.#scene.checkedAgo);
    const watch = () => void this.before.push(snapshotOf(account));
    for (const { at, happens } of this.#scene.events)
      account.timeline.at(STARTS_AT + at, () => {
        happens(account);
        watch();
      });
    account.timeline.at(TICK_AT - 1, watch);
  }

  static async start(name: SceneName): Promise<TickGround> {
    const owner: { key?: AccessKeyCredentials } = {};
    const stage = await startOwnStage({
      settings: SETTINGS,
      account: { startsAt: STARTS_AT, optedIn: [OPTED_IN] },
      deploy: { spendBeforeUsd: SPENT_USD },
      endpoint: { latency: nearOrFar },
      prepare: (account) => {
        owner.key = plantOwner(account);
      },
    });
    if (!owner.key) throw new Error('nothing was planted');
    return new TickGround(stage, name, owner.key);
  }

  /** Lets time pass until the tick begins, and disturbs it until it ends or the next one is due. */
  async tick(begins: () => Disturbance | undefined): Promise<DisturbedTick> {
    const { account, conductor, endpoint } = this.stage;
    await conductor.runTo(TICK_AT + 10);
    const run = account.functions.invocations.at(-1)?.running;
    if (!run) throw new Error('no tick has begun');
    const disturbance = begins();
    const calm = disturbance && disturb(endpoint, disturbance, () => run.kill());
    await conductor.runUntil(Promise.race([run.ended, this.#at(CALM_AT)]));
    const disturbed = calm?.() ?? false;
    const left = this.#scene.left(account);
    return { attempt: await conductor.runUntil(run.ended), disturbed, left };
  }

  /** What the ticks after it left, and the last of their looks. */
  async afterwards(): Promise<{ readonly left: readonly string[]; readonly last: Attempt | undefined }> {
    const { account, conductor } = this.stage;
    await conductor.runTo(STARTS_AT + this.#scene.containedBy);
    const left = this.#scene.left(account);
    // Those of an open incident go on until the next is due.
    await conductor.runTo(STARTS_AT + this.#scene.containedBy + 3 * MINUTE_MS - 1_000);
    return { left, last: account.functions.attempts.at(-1) };
  }

  journal(): ReturnType<typeof readJournal> {
    return readJournal(this.#store);
  }

  carryLogToJournal(): Promise<number> {
    const { attempts } = this.stage.account.functions;
    return carryLogToJournal(
      this.#store,
      attempts.flatMap(({ log }) => log),
    );
  }

  /** Nothing ticks any more: what is put back may look like an attack. */
  endTicks(): void {
    const { functions } = this.stage.account;
    for (const { name } of functions.all()) {
      functions.reserve(name, 0); // nor does Lambda try again what is killed here
      for (const run of functions.runsOf(name)) run.kill();
    }
  }

  /** Puts an incident back with all keys, as the owner's command line does. @returns what it could not. */
  async restore(incident: string): Promise<string[]> {
    const { endpoint, account, conductor, outputs } = this.stage;
    const { accessKeyId, secretAccessKey } = this.key;
    delete process.env['AWS_SESSION_TOKEN'];
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    const handler = new MortalHandler(endpoint, account.timeline);
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
    return this.stage.conductor.runTo(this.stage.account.timeline.now() + milliseconds);
  }

  /** What an undo must have brought back by now and did not. */
  lost(): string[] {
    const now = snapshotOf(this.stage.account);
    return lostSince(this.first, now, 'stop').map(changeText);
  }

  /** Each thing as it was when it was first seen. */
  get first(): Snapshot {
    return new Map(this.before.toReversed().flatMap((snapshot) => [...snapshot]));
  }

  /** @throws Error with what went wrong inside the simulation itself. */
  async stop(): Promise<void> {
    await this.stage.stop();
    this.stage.refuseDefects();
  }

  #at(time: number): Promise<void> {
    return new Promise((resolve) => {
      this.stage.account.timeline.at(time, resolve);
    });
  }

  get #store(): BucketStore {
    return new BucketStore(this.stage.account.s3, this.stage.outputs.JournalBucketName);
  }
}
