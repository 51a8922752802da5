import type { VirtualClock } from './virtual-clock.ts';

/** A token bucket as AWS describes its request throttling (Amazon EC2 API: "Request throttling"). */
export class TokenBucket {
  attempts = 0;
  refused = 0;
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly clock: VirtualClock,
    readonly capacity: number,
    private perSecond: number,
  ) {
    this.tokens = capacity;
    this.filledAt = clock.now();
  }

  /** Takes `cost` tokens, or refuses and takes none. */
  take(cost = 1): boolean {
    this.attempts += 1;
    if (this.has(cost)) {
      this.tokens -= cost;
      return true;
    }
    this.refused += 1;
    return false;
  }

  has(cost: number): boolean {
    this.fill();
    return this.tokens >= cost;
  }

  refillAt(perSecond: number): void {
    this.fill();
    this.perSecond = perSecond;
  }

  private fill(): void {
    const now = this.clock.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
  }
}
