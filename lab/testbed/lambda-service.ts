import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DeployedFunction, environmentOf, fetchFunction } from './deployed-function.ts';
import { type Attempt, type Execution, execute } from './execution.ts';

/** One event on its way through a function. */
export interface Invocation {
  readonly functionName: string;
  readonly requestId: string;
  readonly event: unknown;
  readonly attempts: Attempt[];
  /** What runs now; a kill ends it as if its machine had failed. */
  execution?: Execution;
  /** All attempts of an asynchronous invocation failed: Lambda hands it to the dead-letter queue. */
  deadLettered: boolean;
}

export interface LambdaOptions {
  /** moto, where functions are read from. */
  readonly motoUrl: string;
  /** What the function gets as AWS_ENDPOINT_URL: moto, or a proxy in front of it. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Before the second attempt of an asynchronous invocation, twice that before the third; Lambda waits minutes. */
  readonly retryDelayMs?: number;
  /** The Node.js that functions run on. */
  readonly node?: string;
  /** More environment for the function's process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

const ATTEMPTS = 3; // Lambda developer guide: an asynchronous invocation is retried twice on function errors

/** Runs deployed functions as Lambda does: synchronously once, asynchronously with retries. */
export class LambdaService {
  readonly invocations: Invocation[] = [];
  /** The functions that have run, by name. */
  readonly functions = new Map<string, DeployedFunction>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(readonly options: LambdaOptions) {}

  /** @returns the only attempt; a function's error is in it. Rejects when the function cannot be fetched. */
  async invoke(functionName: string, event: unknown): Promise<Attempt> {
    const invocation = this.#begin(functionName, event);
    const attempt = this.#attempt(invocation);
    this.#track(attempt);
    return attempt;
  }

  /** Returns at once; `idle` tells when all is done. */
  invokeAsync(functionName: string, event: unknown): Invocation {
    const invocation = this.#begin(functionName, event);
    this.#track(this.#attemptUntilDone(invocation));
    return invocation;
  }

  /** Fetches the function if need be. Rejects with moto's ResourceNotFoundException when it does not exist. */
  async deployed(functionName: string): Promise<DeployedFunction> {
    const { motoUrl, region = 'us-east-1' } = this.options;
    const deployed = this.functions.get(functionName) ?? (await fetchFunction(motoUrl, region, functionName));
    this.functions.set(functionName, deployed);
    return deployed;
  }

  /** Resolves when nothing is running or waiting to be tried again. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { execution } of this.invocations) execution?.kill();
    await this.idle();
    for (const deployed of this.functions.values()) deployed.remove();
  }

  #begin(functionName: string, event: unknown): Invocation {
    const invocation = { functionName, requestId: randomUUID(), event, attempts: [], deadLettered: false };
    this.invocations.push(invocation);
    return invocation;
  }

  #track(work: Promise<unknown>): void {
    const over: Promise<void> = work.then(
      () => void this.#running.delete(over),
      () => void this.#running.delete(over), // the error belongs to whoever awaits `work`, or is in the invocation
    );
    this.#running.add(over);
  }

  async #attemptUntilDone(invocation: Invocation): Promise<void> {
    for (let tried = 0; tried < ATTEMPTS && !this.#stopped; tried++) {
      if (tried > 0) await sleep((this.options.retryDelayMs ?? 200) * tried);
      const { error } = await this.#attempt(invocation);
      if (!error) return;
    }
    invocation.deadLettered = true;
  }

  async #attempt(invocation: Invocation): Promise<Attempt> {
    const {
      motoUrl,
      endpoint = motoUrl,
      region = 'us-east-1',
      node = process.execPath,
      onLine,
    } = this.options;
    const deployed = await this.deployed(invocation.functionName);
    const env = { ...(await environmentOf(deployed, motoUrl, endpoint, region)), ...this.options.env };
    invocation.execution = execute(deployed, invocation, { env, node, ...(onLine && { onLine }) });
    const attempt = await invocation.execution.ended;
    invocation.attempts.push(attempt);
    return attempt;
  }
}
