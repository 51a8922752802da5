import { errorFacts } from '../../core/model.ts';
import type { IgnoredEvent } from '../../core/signals/event.ts';

/** What is read one by one: what cannot be read hides nothing of the rest. */
export class Collected<S extends object> {
  readonly #found: S[] = [];
  readonly #problems: string[] = [];

  /** Keeps what an entry says, unless it means nothing to us or makes no sense. */
  read(parse: () => S | IgnoredEvent): void {
    try {
      const read = parse();
      if (!('ignored' in read)) this.#found.push(read);
    } catch (thrown) {
      // The first line names the field; how to send events is no help here.
      this.failed(errorFacts(thrown).error.split('\n', 1).join());
    }
  }

  failed(problem: string): void {
    this.#problems.push(problem);
  }

  /** A copy of what was found until now: what comes later comes too late. */
  get found(): S[] {
    return [...this.#found];
  }

  /** The first problem and how many there are; undefined when all could be read. */
  get problem(): string | undefined {
    const [first, ...others] = this.#problems;
    return others.length > 0 ? `${first} (and ${others.length} more)` : first;
  }
}
