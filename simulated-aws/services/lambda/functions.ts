import { AsyncInvocation, type Invocation } from './async-invocation.ts';
import { FunctionRuns } from './function-runs.ts';
import type { Attempt } from './simulated-function.ts';

/** What other services hand their events to. */
export interface AsyncInvoker {
  invokeAsync(nameOrArn: string, event: unknown): unknown;
}

/** Lambda in one account: its functions, and the events that they are invoked with. */
export class Functions extends FunctionRuns implements AsyncInvoker {
  readonly invocations: Invocation[] = [];
  /** Called for every asynchronous event that Lambda gives up, for its dead-letter target. */
  onGivenUp: ((invocation: Invocation) => void) | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  /** Queues an event and returns at once. Lambda runs it, and tries again after errors. @throws ServiceError. */
  invokeAsync(nameOrArn: string, event: unknown): Invocation {
    const { name } = this.get(nameOrArn);
    const queued = { functionName: name, requestId: this.newRequestId(), event };
    const invocation = new AsyncInvocation(this, queued, (givenUp) => this.onGivenUp?.(givenUp));
    this.invocations.push(invocation);
    this.#track(invocation.done);
    return invocation;
  }

  /** Runs it once; the attempt holds the function's error. @throws ServiceError when it is missing or throttled. */
  invoke(nameOrArn: string, event: unknown): Promise<Attempt> {
    const { name } = this.get(nameOrArn);
    const run = this.start(name, this.newRequestId(), event);
    this.#track(run.ended);
    return run.ended;
  }

  /** Resolves when nothing runs, waits in the queue, or waits for a retry. Somebody must move time on meanwhile. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    const over = () => void this.#underWay.delete(work);
    work.then(over, over); // an error belongs to whoever awaits `work`
  }
}
