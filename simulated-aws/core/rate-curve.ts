const HOUR = 3_600_000;
/** Prices are whole billionths of a dollar, so that what starts and stops adds up to exactly nothing. */
const NANO = 1e9;

/** A rate of spending that changes at moments, and its integral at any moment. Times in ms; each is after the last. */
export class RateCurve {
  readonly #times: number[] = [];
  readonly #nanoPerHour: number[] = [];
  /** Dollars up to each change. */
  readonly #usd: number[] = [];

  /** Dollars per hour after the last change. */
  get usdPerHour(): number {
    return (this.#nanoPerHour.at(-1) ?? 0) / NANO;
  }

  change(time: number, usdPerHour: number): void {
    this.#mark(time);
    this.#nanoPerHour[this.#nanoPerHour.length - 1] = this.#lastNano() + Math.round(usdPerHour * NANO);
  }

  /** An amount that is spent at one moment. */
  jump(time: number, usd: number): void {
    this.#mark(time);
    this.#usd[this.#usd.length - 1] = (this.#usd.at(-1) ?? 0) + usd;
  }

  /** Dollars spent before `time`. */
  usdBefore(time: number): number {
    return this.#usdAfterChange(this.#countOfChanges((changed) => changed < time) - 1, time);
  }

  /** Dollars spent before `time` and at that moment. */
  usdUntil(time: number): number {
    return this.#usdAfterChange(this.#countOfChanges((changed) => changed <= time) - 1, time);
  }

  /** Makes sure that the last entry is of this moment. */
  #mark(time: number): void {
    if (this.#times.at(-1) === time) return;
    const usd = this.usdUntil(time);
    const nano = this.#lastNano();
    this.#times.push(time);
    this.#nanoPerHour.push(nano);
    this.#usd.push(usd);
  }

  #lastNano(): number {
    return this.#nanoPerHour.at(-1) ?? 0;
  }

  #usdAfterChange(change: number, time: number): number {
    const since = this.#times[change];
    if (since === undefined) return 0;
    return (this.#usd[change] ?? 0) + ((this.#nanoPerHour[change] ?? 0) / NANO) * ((time - since) / HOUR);
  }

  /** How many changes, from the first on, satisfy the condition. The changes are in order of time. */
  #countOfChanges(isEarly: (time: number) => boolean): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isEarly(this.#times[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
