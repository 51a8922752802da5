import { type Action, keyOf, type ResourceRef, type Scope } from '../core/model.ts';
import type { Clock } from '../shell/clock.ts';

/** Lets actions wait for others of the same pass: for one outcome, or for everything of a kind. */
export class Settlements {
  private readonly settled = new Map<string, { promise: Promise<void>; resolve: () => void }>();

  constructor(
    private readonly scope: Scope,
    private readonly clock: Clock,
    private readonly deadline: AbortSignal,
  ) {}

  /** An outcome arrived. */
  settle(ref: ResourceRef): void {
    this.entry(keyOf(ref)).resolve();
  }

  /** Nothing more of this kind will come in this pass. */
  close(kind: string): void {
    this.entry(kind).resolve();
  }

  /** Resolves when settled, after `atMostMs`, or at the deadline; never rejects. */
  async wait({ kind, id, atMostMs }: NonNullable<Action['after']>): Promise<void> {
    const key = id === undefined ? kind : keyOf({ kind, scope: this.scope, id });
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.deadline]);
    const limit = this.clock.sleep(atMostMs ?? 2 ** 31 - 1, signal).catch(() => {}); // ends by its signal
    await Promise.race([this.entry(key).promise, limit]);
    over.abort();
  }

  private entry(key: string) {
    let entry = this.settled.get(key);
    if (!entry) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      entry = { promise, resolve };
      this.settled.set(key, entry);
    }
    return entry;
  }
}
