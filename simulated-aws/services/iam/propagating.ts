/** How long old values are kept, in ms. No part of the account lags behind more than this. */
const LONGEST_LAG_MS = 60_000;

interface Written<T> {
  readonly at: number;
  readonly value: T;
}

/** A value that is written at once and seen elsewhere later. It keeps its older values for a while. Times in ms. */
export class Propagating<T> {
  #history: Written<T>[];

  constructor(value: T, now: number) {
    this.#history = [{ at: now, value }];
  }

  /** The last value. */
  get written(): T {
    return (this.#history.at(-1) as Written<T>).value;
  }

  write(value: T, now: number): void {
    if (now - (this.#history[0] as Written<T>).at > LONGEST_LAG_MS)
      this.#history = this.#history.slice(this.#indexAt(now - LONGEST_LAG_MS));
    this.#history.push({ at: now, value });
  }

  /** The value as it was then; undefined before the first. */
  asOf(time: number): T | undefined {
    const index = this.#indexAt(time);
    const { at, value } = this.#history[index] as Written<T>;
    return at <= time ? value : undefined;
  }

  #indexAt(time: number): number {
    for (let index = this.#history.length - 1; index > 0; index--)
      if ((this.#history[index] as Written<T>).at <= time) return index;
    return 0;
  }
}
