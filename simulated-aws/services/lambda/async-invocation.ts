import { ServiceError } from '../../core/service.ts';
import type { FunctionRuns } from './function-runs.ts';
import type { Attempt } from './simulated-function.ts';
import type { RunUnderWay } from './single-run.ts';

/** Why Lambda gave up an event. */
type GivenUp = 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** One asynchronous event on its way through a function. Times are virtual milliseconds since 1970. */
export interface Invocation {
  readonly functionName: string;
  readonly requestId: string;
  readonly event: unknown;
  readonly queuedAt: number;
  /** Runs of the code. A throttled start is not one. */
  readonly attempts: readonly Attempt[];
  /** What runs now. To kill it is as if its machine failed. */
  readonly running: RunUnderWay | undefined;
  readonly throttled: number;
  readonly givenUp: GivenUp | undefined;
  /** Resolves when a run succeeded or the event was given up. */
  readonly done: Promise<void>;
}

const RETRY_AFTER_MS = [60_000, 120_000];
const LONGEST_AGE_SECONDS = 6 * 3_600;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;

/**
 * Runs an event until it succeeds or Lambda gives it up. After errors of the function there are two retries, after one
 * and two minutes. Throttled starts are repeated, from 1 s to 5 min apart, until the event is too old.
 * Source: Lambda developer guide, invocation-async-error-handling.
 */
export class AsyncInvocation implements Invocation {
  readonly attempts: Attempt[] = [];
  readonly queuedAt: number;
  readonly done: Promise<void>;
  running: RunUnderWay | undefined;
  throttled = 0;
  givenUp: GivenUp | undefined;
  readonly functionName: string;
  readonly requestId: string;
  readonly event: unknown;
  readonly #functions: FunctionRuns;
  readonly #onGivenUp: (invocation: Invocation) => void;
  /** How many starts have failed. */
  #delays = 0;

  /** Queues the event. */
  constructor(
    functions: FunctionRuns,
    { functionName, requestId, event }: Pick<Invocation, 'functionName' | 'requestId' | 'event'>,
    onGivenUp: (invocation: Invocation) => void,
  ) {
    this.#functions = functions;
    this.functionName = functionName;
    this.requestId = requestId;
    this.event = event;
    this.#onGivenUp = onGivenUp;
    this.queuedAt = functions.context.timeline.now();
    this.done = this.#work();
  }

  async #work(): Promise<void> {
    // There is a queue between the caller and the code: the caller has its answer before anything runs.
    await this.#sleep(0);
    for (;;) {
      const deployed = this.#functions.find(this.functionName);
      if (deployed === undefined) return this.#giveUp('RetriesExhausted');
      if (deployed.reservedConcurrency === 0) {
        this.#functions.onThrottled?.(deployed);
        return this.#giveUp('ZeroReservedConcurrency');
      }
      const { maximumRetryAttempts = 2, maximumEventAgeSeconds = LONGEST_AGE_SECONDS } = deployed;
      const run = this.#start();
      const attempt = await run?.ended;
      this.running = undefined;
      if (attempt) this.attempts.push(attempt);
      if (attempt && !attempt.error) return;
      const wait = attempt ? this.#retryAfter(maximumRetryAttempts) : this.#backOff();
      if (wait === undefined) return this.#giveUp('RetriesExhausted');
      const age = this.#functions.context.timeline.now() + wait - this.queuedAt;
      if (age > maximumEventAgeSeconds * 1000) return this.#giveUp('EventAgeExceeded');
      await this.#sleep(wait);
    }
  }

  /** Undefined when it is throttled, or when Lambda cannot assume its role: it then waits as after its own errors. */
  #start(): RunUnderWay | undefined {
    try {
      this.running = this.#functions.start(this.functionName, this.requestId, this.event);
      return this.running;
    } catch (thrown) {
      if (!(thrown instanceof ServiceError)) throw thrown;
      this.#delays += 1;
      if (thrown.status === 429) this.throttled += 1;
      return undefined;
    }
  }

  /** Undefined when it has been tried often enough. */
  #retryAfter(most: number): number | undefined {
    return this.attempts.length > most ? undefined : RETRY_AFTER_MS[this.attempts.length - 1];
  }

  #backOff(): number {
    return Math.min(FIRST_BACKOFF_MS * 2 ** (this.#delays - 1), LONGEST_BACKOFF_MS);
  }

  #giveUp(why: GivenUp): void {
    this.givenUp = why;
    this.#onGivenUp(this);
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#functions.context.timeline.after(milliseconds, resolve);
    });
  }
}
