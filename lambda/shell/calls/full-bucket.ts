/**
 * What a token bucket that is full at first lets through at once, and then as it refills: no call needs to be refused to
 * learn what is documented. Without a documented capacity it lets everything through.
 */
export class FullBucket {
  private since = Number.NaN;
  private spent = 0;

  /** Tokens, and tokens a second. */
  constructor(
    private readonly capacity = Number.POSITIVE_INFINITY,
    private readonly refill = 0,
  ) {}

  /** Takes so many tokens at a moment in milliseconds, or says that the bucket must be empty. */
  take(cost: number, now: number): boolean {
    if (Number.isNaN(this.since)) this.since = now;
    const flowedIn = ((now - this.since) / 1000) * this.refill;
    if (this.spent + cost > this.capacity + flowedIn) return false;
    this.spent += cost;
    return true;
  }
}
