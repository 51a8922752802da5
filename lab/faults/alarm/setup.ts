import type { Report } from '../../../lambda/core/report/report-document.ts';
import { readMark } from '../../../lambda/shell/journal/incident.ts';
import type { RecordedCall } from '../../../simulated-aws/core/service.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';
import type { AccessKeyCredentials } from '../../../simulated-aws/services/iam/user.ts';
import type { Invocation } from '../../../simulated-aws/services/lambda/async-invocation.ts';
import type { Attempt } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { TimeServer } from '../../../simulated-aws/time/time-server.ts';
import { BucketStore } from '../../simulation/bucket-store.ts';
import { type Ending, startCommandLine } from '../../simulation/command-line.ts';
import { deploySimulation, type SimulatedDeployment } from '../../simulation/deployment.ts';
import { carryLogToJournal, readJournal } from '../account/journal.ts';
import { type Mode, nearOrFar, OPTED_IN } from '../account/planted.ts';
import { changeText, lostSince, type Snapshot, snapshotOf } from '../account/snapshot.ts';
import { type Disturbance, disturb } from '../disturbing/disturbance.ts';
import { plantAccount, SPENT_USD, settingsFor } from './account.ts';

const MINUTE_MS = 60_000;
const STARTS_AT = Date.UTC(2026, 0, 31, 9);
/** By then the launched machines run, and IAM knows every user. */
const READY_MS = 2 * MINUTE_MS;
/** From Budgets' alarm to the function's cold start. */
const DELIVERED_MS = 100;

/** A run of the function, and what it told people. */
export interface Firing {
  readonly attempt: Attempt;
  /** Missing when it did not end with one. */
  readonly report?: Report;
  /** Subjects of the mails to the owner. */
  readonly mails: readonly string[];
  /** Whether the disturbance happened. */
  readonly disturbed?: boolean;
}

/** A small account of its own with the deployed stack: what one case of the alarm runs on. */
export class AlarmSetup {
  readonly before: Snapshot;
  #invocation: Invocation | undefined;
  readonly #home = temporaryFolder('killswitch-owner-');

  private constructor(
    readonly deployment: SimulatedDeployment,
    readonly mode: Mode,
    private readonly cli: string,
    private readonly credentials: AccessKeyCredentials,
    private readonly timeServer: TimeServer,
  ) {
    this.before = snapshotOf(deployment.account);
  }

  /** @param cli the bundled command line. */
  static async start(mode: Mode, cli: string): Promise<AlarmSetup> {
    const owner: { key?: AccessKeyCredentials } = {};
    const deployment = await deploySimulation({
      settings: settingsFor(mode),
      account: { startsAt: STARTS_AT, optedIn: [OPTED_IN] },
      deploy: { spendBeforeUsd: SPENT_USD },
      endpoint: { latency: nearOrFar },
      prepare: (account) => {
        owner.key = plantAccount(account);
      },
    });
    if (!owner.key) throw new Error('nothing was planted');
    const { account, server, conductor } = deployment;
    const timeServer = await TimeServer.start(account.timeline, account.random.seed);
    timeServer.watch(server.url);
    await conductor.runTo(STARTS_AT + READY_MS);
    return new AlarmSetup(deployment, mode, cli, owner.key, timeServer);
  }

  get calls(): readonly RecordedCall[] {
    return this.deployment.endpoint.calls;
  }

  /** The alarm comes, and the function runs once. The disturbance ends with that run. */
  async alarm(disturbance?: Disturbance): Promise<Firing> {
    const { account, conductor, endpoint } = this.deployment;
    account.budgets.refresh();
    await this.wait(DELIVERED_MS);
    const [invocation, second] = account.functions.invocations;
    const run = invocation?.running;
    if (!run || second) throw new Error(`${second ? 'more than one alarm' : 'no alarm'} came`);
    this.#invocation = invocation;
    const endDisturbance = disturbance && disturb(endpoint, disturbance, () => run.kill());
    const from = account.sns.deliveries.length;
    const attempt = await conductor.runUntil(run.ended);
    const disturbed = endDisturbance?.() ?? false;
    return { ...(await this.#firing(attempt, from)), disturbed };
  }

  /** The last of Lambda's own retries where the first run failed; otherwise a run that somebody asks for. */
  async again({ attempt: { error } }: Firing): Promise<Firing> {
    const { account, conductor, outputs } = this.deployment;
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
    const mails = this.deployment.account.sns.deliveries
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
    const { endpoint, conductor, server } = this.deployment;
    const { timeServer, credentials } = this;
    const process = startCommandLine(this.cli, ['restore', incident, '--all-keys', '--yes', '--json'], {
      ...{ timeServer, credentials, endpoint: server.url, home: this.#home.path },
    });
    const endDisturbance = disturbance && disturb(endpoint, disturbance, process.kill);
    const leave = conductor.join(timeServer); // the function has a time server of its own, and does not run meanwhile
    const ending = await conductor.runUntil(process.ended);
    leave();
    return { ...ending, disturbed: endDisturbance?.() ?? false };
  }

  journal(): ReturnType<typeof readJournal> {
    return readJournal(this.#store);
  }

  carryLogToJournal({ attempt }: Firing): Promise<number> {
    return carryLogToJournal(this.#store, attempt.log);
  }

  /** What an undo did not bring back although it must; and a mark that would keep the next alarm from firing. */
  async lost(): Promise<string[]> {
    const { mark } = await readMark(this.#store);
    const open = mark && mark.closedAt === undefined ? [`${mark.incident} is not closed`] : [];
    return [
      ...lostSince(this.before, snapshotOf(this.deployment.account), this.mode).map(changeText),
      ...open,
    ];
  }

  wait(milliseconds: number): Promise<void> {
    return this.deployment.conductor.runTo(this.deployment.account.timeline.now() + milliseconds);
  }

  /** @throws Error with what went wrong inside the simulation itself. */
  async stop(): Promise<void> {
    await this.timeServer.stop();
    await this.deployment.stop();
    this.#home.remove();
    this.deployment.refuseDefects();
  }

  get #store(): BucketStore {
    return new BucketStore(this.deployment.account.s3, this.deployment.outputs.JournalBucketName);
  }
}
