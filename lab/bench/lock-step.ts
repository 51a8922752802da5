import type { AwsCall } from '../testbed/aws-call.ts';
import type { RecordingProxy } from '../testbed/proxy.ts';

/** No new call for so long means that the client waits. It is longer than the engine collects answers for (50 ms). */
const QUIET_MS = 300;
/** Quiet is counted in turns of the event loop: while this process does not get to run, no quiet passes. */
const TURN_MS = 25;

/**
 * Counts sequential round trips exactly, whatever the server's speed. It holds back answers until every call under way
 * has its answer and no new call came for a while, and then sends them all. The next calls needed one of those answers,
 * so that the number of a call's step is the number of sequential round trips up to and including that call. A client
 * that does not get to run for longer than the quiet makes the count too high, never too low.
 */
export class LockStep {
  readonly #steps = new Map<AwsCall, number>();
  #step = 1;
  #underWay = 0;
  #held: (() => void)[] = [];
  #quiet: NodeJS.Timeout | undefined;

  /** Takes over the proxy's `onCall`. For runs without faults only: a call without an answer stops everything. */
  constructor(
    private readonly proxy: RecordingProxy,
    private readonly quietMs: number = QUIET_MS,
  ) {
    proxy.onCall = (call, phase) => {
      if (phase === 'before') this.#arrived(call);
      else return this.#answered();
    };
  }

  /** The step in which a call was sent, from 1. @throws Error for a call from outside this count. */
  stepOf(call: AwsCall): number {
    const step = this.#steps.get(call);
    if (step === undefined) throw new Error(`${call.operation} in ${call.region} was not sent in step`);
    return step;
  }

  /** What each step consisted of, as `12 × ec2:StopInstances`, in order of the steps. */
  history(): string[][] {
    const steps: Map<string, number>[] = [];
    for (const [{ service, operation }, step] of this.#steps) {
      const counts = steps[step - 1] ?? new Map<string, number>();
      steps[step - 1] = counts;
      const name = `${service}:${operation}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return steps.map((counts) => [...counts].map(([name, times]) => `${times} × ${name}`));
  }

  /** Gives the proxy back, and sends everything that is held. */
  stop(): void {
    delete this.proxy.onCall;
    this.#release();
  }

  #arrived(call: AwsCall): void {
    this.#steps.set(call, this.#step);
    this.#underWay += 1;
    this.#wait();
  }

  #answered(): Promise<void> {
    const held = new Promise<void>((resolve) => this.#held.push(resolve));
    this.#wait();
    return held;
  }

  #wait(): void {
    clearTimeout(this.#quiet);
    if (this.#held.length === this.#underWay) this.#listen(this.quietMs / TURN_MS);
  }

  #listen(turns: number): void {
    this.#quiet = setTimeout(() => (turns > 1 ? this.#listen(turns - 1) : this.#release()), TURN_MS);
  }

  #release(): void {
    clearTimeout(this.#quiet);
    const held = this.#held;
    this.#held = [];
    this.#underWay -= held.length;
    this.#step += 1;
    for (const handOut of held) handOut();
  }
}
