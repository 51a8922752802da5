/** Takes an event off the timeline; does nothing when the event has happened. */
export type Cancel = () => void;

interface Entry {
  readonly time: number;
  /** Events of one moment happen in the order in which they were set. */
  readonly order: number;
  readonly happen: () => void;
  cancelled: boolean;
}

/**
 * What will happen in a simulated account, by virtual time in milliseconds since 1970. Time stands still until somebody
 * advances it. The same events, set in the same order, happen in the same order.
 */
export class Timeline {
  #now: number;
  #orders = 0;
  /** A binary heap: the earliest entry first. */
  readonly #heap: Entry[] = [];

  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  /** When the next event happens; undefined when there is none. */
  get next(): number | undefined {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
    return this.#heap[0]?.time;
  }

  /** Sets an event; one in the past happens at the next advance, at the present moment. */
  at(time: number, happen: () => void): Cancel {
    const entry: Entry = { time: Math.max(time, this.#now), order: this.#orders++, happen, cancelled: false };
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    return () => {
      entry.cancelled = true;
    };
  }

  after(milliseconds: number, happen: () => void): Cancel {
    return this.at(this.#now + milliseconds, happen);
  }

  /** Every so often, first after one period. */
  every(milliseconds: number, happen: () => void): Cancel {
    let cancel: Cancel = () => {};
    const again = () => {
      cancel = this.after(milliseconds, again);
      happen();
    };
    cancel = this.after(milliseconds, again);
    return () => cancel();
  }

  /** Lets everything happen that is due up to `time`, also what that sets for before `time`; then it is `time`. */
  advanceTo(time: number): void {
    for (let next = this.next; next !== undefined && next <= time; next = this.next) {
      const entry = this.#removeFirst();
      this.#now = Math.max(this.#now, entry?.time ?? this.#now);
      entry?.happen();
    }
    this.#now = Math.max(this.#now, time);
  }

  #rise(at: number): void {
    for (let child = at; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfLater(parent, child)) return;
      child = parent;
    }
  }

  #removeFirst(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last === undefined || last === first) return first;
    this.#heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const smaller = right < this.#heap.length && this.#isLater(left, right) ? right : left;
      if (smaller >= this.#heap.length || !this.#swapIfLater(parent, smaller)) return first;
      parent = smaller;
    }
  }

  #swapIfLater(parent: number, child: number): boolean {
    if (!this.#isLater(parent, child)) return false;
    const [above, below] = [this.#heap[parent] as Entry, this.#heap[child] as Entry];
    this.#heap[parent] = below;
    this.#heap[child] = above;
    return true;
  }

  #isLater(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one] as Entry, this.#heap[other] as Entry];
    return a.time > b.time || (a.time === b.time && a.order > b.order);
  }
}
