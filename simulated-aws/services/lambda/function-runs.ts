import { Random } from '../../core/random.ts';
import { ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Iam } from '../iam/iam.ts';
import { environmentOf } from './function-configuration.ts';
import { nameIn } from './resource-policy.ts';
import {
  type Attempt,
  type FunctionDefinition,
  type FunctionHost,
  IDLE_HOST,
  type SimulatedFunction,
} from './simulated-function.ts';
import { type RunUnderWay, runOnce } from './single-run.ts';

export interface LambdaContext extends Pick<ServiceContext, 'timeline' | 'accountId'> {
  readonly iam: Pick<Iam, 'assumeRole'>;
  /** Most runs at once in the account; 1,000 by default, 10 in a new account. */
  readonly concurrency?: number;
  /** Virtual milliseconds from the start of a run to that of its handler, since each run has a new environment. */
  readonly coldStartMs?: number;
}

/** Assumption: AWS says "from under 100 ms to over 1 second" for a new environment. */
const COLD_START_MS = 400;
/** A function's credentials outlast its longest run. */
const CREDENTIALS_MS = 12 * 3_600_000;

/** The functions of one account, each run of their code, and what the runs used. */
export class FunctionRuns {
  readonly attempts: Attempt[] = [];
  /** Runs the code. Whoever makes the account sets it. */
  host: FunctionHost | undefined;
  /** Called after every run. */
  onRun: ((deployed: SimulatedFunction, attempt: Attempt) => void) | undefined;
  /** Called for every start that was refused since no concurrency was left. */
  onThrottled: ((deployed: SimulatedFunction) => void) | undefined;
  readonly #byName = new Map<string, SimulatedFunction>();
  readonly #running = new Map<string, Set<RunUnderWay>>();
  readonly #random: Random;
  readonly #used = { invocations: 0, billedMs: 0, gigabyteSeconds: 0 };

  constructor(readonly context: LambdaContext) {
    this.#random = new Random(Number(context.accountId) % 2 ** 31);
  }

  /** Creates the function, or replaces it. */
  create(name: string, definition: FunctionDefinition): SimulatedFunction {
    const deployed = { ...definition, name, lastModified: this.context.timeline.now() };
    this.#byName.set(name, deployed);
    return deployed;
  }

  /** Changes the configuration or the code. @throws ServiceError ResourceNotFoundException. */
  update(nameOrArn: string, change: Partial<FunctionDefinition>): SimulatedFunction {
    const { name, ...former } = this.get(nameOrArn);
    return this.create(name, { ...former, ...change });
  }

  /** Reserves concurrency, 0 to turn it off; undefined for none. @throws ServiceError ResourceNotFoundException. */
  reserve(nameOrArn: string, concurrency: number | undefined): void {
    const { reservedConcurrency: _, ...former } = this.get(nameOrArn);
    const reserved = concurrency === undefined ? {} : { reservedConcurrency: concurrency };
    this.#byName.set(former.name, { ...former, ...reserved });
  }

  delete(nameOrArn: string): void {
    this.#byName.delete(this.get(nameOrArn).name);
  }

  /** @throws ServiceError ResourceNotFoundException, 404. */
  get(nameOrArn: string): SimulatedFunction {
    const found = this.find(nameOrArn);
    if (found) return found;
    const { accountId } = this.context;
    const arn = nameOrArn.startsWith('arn:')
      ? nameOrArn
      : `arn:aws:lambda:us-east-1:${accountId}:function:${nameOrArn}`;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }

  /** By name, ARN or partial ARN, with or without a qualifier. */
  find(nameOrArn: string): SimulatedFunction | undefined {
    return this.#byName.get(nameIn(nameOrArn));
  }

  all(): Iterable<SimulatedFunction> {
    return this.#byName.values();
  }

  /** Starts one run. @throws ServiceError TooManyRequestsException, 429, when no concurrency is left. */
  start(name: string, requestId: string, event: unknown): RunUnderWay {
    const deployed = this.get(name);
    const host = deployed.isForeign ? IDLE_HOST : this.host;
    if (host === undefined) throw new Error(`nothing is set to run the code of ${name}`);
    this.#refuseBeyondConcurrency(deployed);
    const { iam, timeline, coldStartMs = COLD_START_MS } = this.context;
    const environment = environmentOf(
      deployed,
      iam.assumeRole(deployed.role, name, CREDENTIALS_MS, 'lambda.amazonaws.com'),
    );
    const run = runOnce(timeline, host, deployed, { requestId, event, environment }, coldStartMs);
    const running = this.runsOf(name);
    running.add(run);
    this.#used.invocations += 1;
    void run.ended.then((attempt) => {
      running.delete(run);
      this.attempts.push(attempt);
      this.onRun?.(deployed, attempt);
      this.#used.billedMs += attempt.billedMs;
      this.#used.gigabyteSeconds += (attempt.billedMs / 1000) * (deployed.memoryMb / 1024);
    });
    return run;
  }

  /** The runs of a function now. To kill one is as if its machine failed. */
  runsOf(name: string): Set<RunUnderWay> {
    const running = this.#running.get(name) ?? new Set();
    this.#running.set(name, running);
    return running;
  }

  /** Runs and billed time so far. */
  get used(): { readonly invocations: number; readonly billedMs: number; readonly gigabyteSeconds: number } {
    return { ...this.#used };
  }

  newRequestId(): string {
    const hex = (digits: number) => this.#random.hex(digits);
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  }

  #refuseBeyondConcurrency(deployed: SimulatedFunction): void {
    const { name, reservedConcurrency } = deployed;
    const { concurrency = 1_000 } = this.context;
    const inAccount = [...this.#running.values()].reduce((sum, runs) => sum + runs.size, 0);
    const isReserved = reservedConcurrency !== undefined && this.runsOf(name).size >= reservedConcurrency;
    if (!isReserved && inAccount < concurrency) return;
    this.onThrottled?.(deployed);
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
  }
}
