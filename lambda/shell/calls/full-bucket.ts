/**
 * A token bucket that starts full, with a documented capacity and refill rate: the pacer need not be
 * throttled to learn them. Without a documented capacity it accepts everything.
 */
export class FullBucket {
  private since = Number.NaN;
  private spent = 0;

  /** @param capacity tokens. @param refill tokens a second. */
  constructor(
    private readonly capacity = Number.POSITIVE_INFINITY,
    private readonly refill = 0,
  ) {}

  /** Takes `cost` tokens; false when the bucket must be empty. @param now milliseconds. */
  take(cost: number, now: number): boolean {
    if (Number.isNaN(this.since)) this.since = now;
    const flowedIn = ((now - this.since) / 1000) * this.refill;
    if (this.spent + cost > this.capacity + flowedIn) return false;
    this.spent += cost;
    return true;
  }
}
