import { errorFacts } from '../../core/model.ts';
import type { IgnoredEvent } from '../../core/signals/event.ts';

/** Entries that are read one by one: an unreadable entry does not hide the others. */
export class Collected<S extends object> {
  readonly #found: S[] = [];
  readonly #problems: string[] = [];

  /** Parses an entry. One without meaning for us is left out; an unreadable one becomes a problem. */
  read(parse: () => S | IgnoredEvent): void {
    try {
      const read = parse();
      if (!('ignored' in read)) this.#found.push(read);
    } catch (thrown) {
      // Only the first line: it names the field. The others explain how to send an event.
      this.failed(errorFacts(thrown).error.split('\n', 1).join());
    }
  }

  failed(problem: string): void {
    this.#problems.push(problem);
  }

  /** A copy of what was found until now: later entries do not change it. */
  get found(): S[] {
    return [...this.#found];
  }

  /** The first problem and the number of the others; undefined when there was none. */
  get problem(): string | undefined {
    const [first, ...others] = this.#problems;
    return others.length > 0 ? `${first} (and ${others.length} more)` : first;
  }
}
