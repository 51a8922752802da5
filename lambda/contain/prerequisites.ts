import { type Action, keyOf, type ResourceRef, type Scope } from '../core/model.ts';
import type { Clock } from '../shell/clock.ts';
import { atMost } from '../shell/time-limit.ts';

/** Lets an action wait for others of the same pass: for one resource, or for a whole kind. */
export class Prerequisites {
  private readonly entries = new Map<string, { promise: Promise<void>; resolve: () => void }>();

  constructor(
    private readonly scope: Scope,
    private readonly clock: Clock,
    private readonly deadline: AbortSignal,
  ) {}

  /** The resource has an outcome, or is skipped. */
  met(ref: ResourceRef): void {
    this.entry(keyOf(ref)).resolve();
  }

  /** The pass has no more resources of this kind. */
  close(kind: string): void {
    this.entry(kind).resolve();
  }

  /** Resolves when the prerequisite is met, after `atMostMs`, or at the deadline. Never rejects. */
  async wait({ kind, id, atMostMs = LONGEST_TIMER_MS }: NonNullable<Action['after']>): Promise<void> {
    const key = id === undefined ? kind : keyOf({ kind, scope: this.scope, id });
    await atMost(this.clock, atMostMs, this.entry(key).promise, undefined, this.deadline);
  }

  private entry(key: string) {
    let entry = this.entries.get(key);
    if (!entry) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      entry = { promise, resolve };
      this.entries.set(key, entry);
    }
    return entry;
  }
}

/** The largest delay that Node.js timers accept. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
