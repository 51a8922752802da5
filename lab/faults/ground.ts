import type { Report } from '../../lambda/core/report/report-document.ts';
import { readMark } from '../../lambda/shell/journal/incident.ts';
import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type { AccessKeyCredentials } from '../../simulated-aws/services/iam/user.ts';
import type { Invocation } from '../../simulated-aws/services/lambda/invocation.ts';
import type { Attempt } from '../../simulated-aws/services/lambda/simulated-function.ts';
import { TimeServer } from '../../simulated-aws/time/time-server.ts';
import { type Stage, startStage } from '../simulation/stage.ts';
import { BucketStore } from './bucket-store.ts';
import { type Ending, startCommandLine } from './command-line.ts';
import { type Disturbance, disturb } from './disturbance.ts';
import { carryLogToJournal, readJournal } from './recorded.ts';
import { changeText, lostSince, type Snapshot, snapshotOf } from './snapshot.ts';
import { type Mode, nearOrFar, OPTED_IN, plantWorld, SPENT_USD, settingsFor } from './world.ts';

const MINUTE_MS = 60_000;
const STARTS_AT = Date.UTC(2026, 0, 31, 9);
/** Until machines that were launched run, and IAM knows everybody. */
const SETTLED_MS = 2 * MINUTE_MS;
/** From Budgets' alarm to the function's cold start. */
const DELIVERED_MS = 100;

/** A run of the function, and what it told people. */
export interface Firing {
  readonly attempt: Attempt;
  /** Missing when it did not end with one. */
  readonly report?: Report;
  /** Subjects of the mails to the owner. */
  readonly mails: readonly string[];
  /** Whether what was to disturb it came to pass. */
  readonly disturbed?: boolean;
}

/** A fresh account with a small world and the deployed stack: one trial's ground. */
export class Ground {
  readonly before: Snapshot;
  #invocation: Invocation | undefined;
  readonly #home = temporaryFolder('killswitch-owner-');

  private constructor(
    readonly stage: Stage,
    readonly mode: Mode,
    private readonly cli: string,
    private readonly credentials: AccessKeyCredentials,
    private readonly timeServer: TimeServer,
  ) {
    this.before = snapshotOf(stage.account);
  }

  /** @param cli the bundled command line. */
  static async start(mode: Mode, cli: string): Promise<Ground> {
    const owner: { key?: AccessKeyCredentials } = {};
    const stage = await startStage({
      settings: settingsFor(mode),
      account: { startsAt: STARTS_AT, optedIn: [OPTED_IN] },
      deploy: { spendBeforeUsd: SPENT_USD },
      endpoint: { latency: nearOrFar },
      prepare: (account) => {
        owner.key = plantWorld(account);
      },
    });
    if (!owner.key) throw new Error('nothing was planted');
    const { account, server, conductor } = stage;
    const timeServer = await TimeServer.start(account.timeline, account.random.seed);
    timeServer.watch(server.url);
    await conductor.runTo(STARTS_AT + SETTLED_MS);
    return new Ground(stage, mode, cli, owner.key, timeServer);
  }

  get calls(): readonly RecordedCall[] {
    return this.stage.endpoint.calls;
  }

  /** The alarm comes, and the function runs once. What it is disturbed by ends with it. */
  async alarm(disturbance?: Disturbance): Promise<Firing> {
    const { account, conductor, endpoint } = this.stage;
    account.budgets.refresh();
    await this.wait(DELIVERED_MS);
    const [invocation, second] = account.functions.invocations;
    const run = invocation?.running;
    if (!run || second) throw new Error(`${second ? 'more than one alarm' : 'no alarm'} came`);
    this.#invocation = invocation;
    const calm = disturbance && disturb(endpoint, disturbance, () => run.kill());
    const from = account.sns.deliveries.length;
    const attempt = await conductor.runUntil(run.ended);
    const disturbed = calm?.() ?? false;
    return { ...(await this.#firing(attempt, from)), disturbed };
  }

  /** Lambda's own retry where the first run failed, and the last of its retries; otherwise a run that somebody asks for. */
  async again({ attempt: { error } }: Firing): Promise<Firing> {
    const { account, conductor, outputs } = this.stage;
    if (!this.#invocation) throw new Error('nothing has run yet');
    const from = account.sns.deliveries.length;
    const invocation = error
      ? this.#invocation
      : account.functions.invokeAsync(outputs.FunctionName, { action: 'fire' });
    await conductor.runUntil(invocation.done);
    const last = invocation.attempts.at(-1);
    if (!last) throw new Error('Lambda gave the event up before anything ran');
    return this.#firing(last, from);
  }

  async #firing(attempt: Attempt, from: number): Promise<Firing> {
    await this.wait(DELIVERED_MS);
    const mails = this.stage.account.sns.deliveries
      .slice(from)
      .flatMap(({ protocol, subject = '' }) => (protocol === 'email' ? [subject] : []));
    const { payload } = attempt;
    return { attempt, mails, ...(payload === undefined ? {} : { report: payload as Report }) };
  }

  /** One run of the bundled `killswitch restore` for an incident, with all keys. */
  async restore(
    incident: string,
    disturbance?: Disturbance,
  ): Promise<Ending & { readonly disturbed: boolean }> {
    const { endpoint, conductor, server } = this.stage;
    const { timeServer, credentials } = this;
    const process = startCommandLine(this.cli, ['restore', incident, '--all-keys', '--yes', '--json'], {
      ...{ timeServer, credentials, endpoint: server.url, home: this.#home.path },
    });
    const calm = disturbance && disturb(endpoint, disturbance, process.kill);
    const leave = conductor.join(timeServer); // the function does not run meanwhile, and has a server of its own
    const ending = await conductor.runUntil(process.ended);
    leave();
    return { ...ending, disturbed: calm?.() ?? false };
  }

  journal(): ReturnType<typeof readJournal> {
    return readJournal(this.#store);
  }

  carryLogToJournal({ attempt }: Firing): Promise<number> {
    return carryLogToJournal(this.#store, attempt.log);
  }

  /** What an undo must have brought back by now and did not; and that the next alarm may fire again. */
  async lost(): Promise<string[]> {
    const { mark } = await readMark(this.#store);
    const open = mark && mark.closedAt === undefined ? [`${mark.incident} is not closed`] : [];
    return [...lostSince(this.before, snapshotOf(this.stage.account), this.mode).map(changeText), ...open];
  }

  wait(milliseconds: number): Promise<void> {
    return this.stage.conductor.runTo(this.stage.account.timeline.now() + milliseconds);
  }

  /** @throws Error with what went wrong inside the simulation itself. */
  async stop(): Promise<void> {
    await this.timeServer.stop();
    await this.stage.stop();
    this.#home.remove();
    this.stage.refuseDefects();
  }

  get #store(): BucketStore {
    return new BucketStore(this.stage.account.s3, this.stage.outputs.JournalBucketName);
  }
}
