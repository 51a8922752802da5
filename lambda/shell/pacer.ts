/** The time as the engine sees it; injected, so that tests need not wait. Milliseconds since 1970. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const MIN_RATE = 0.5;
const BACK_OFF = 0.85;
const SETTLE_MS = 500;
const WINDOW_MS = 2000;

/**
 * Learns one token bucket (a service in a region) from its throttling answers, and spaces calls to its refill
 * rate. Until the first throttle it lets everything through at once. The SDK's own DefaultRateLimiter starts
 * from 0.5 calls a second and doubles at best per half second: see docs/adr/0004-pacing.md.
 */
export class Pacer {
  private rate = Number.POSITIVE_INFINITY;
  private nextSlot = 0;
  private lastCut = Number.NEGATIVE_INFINITY;
  private successes: number[] = [];

  constructor(private readonly clock: Clock) {}

  /** Waits for this call's turn; turns are handed out in the order in which they were asked for. */
  async turn(signal?: AbortSignal): Promise<void> {
    if (this.rate === Number.POSITIVE_INFINITY) return;
    const now = this.clock.now();
    const slot = Math.max(now, this.nextSlot);
    this.nextSlot = slot + 1000 / this.rate;
    if (slot > now) await this.clock.sleep(slot - now, signal);
  }

  succeeded(): void {
    const now = this.clock.now();
    this.successes.push(now);
    this.forget(now);
    if (this.rate !== Number.POSITIVE_INFINITY) this.rate += 0.25 / Math.max(1, this.rate);
  }

  /** One cut per settling time: the calls already under way when the bucket ran dry all come back throttled. */
  throttled(): void {
    const now = this.clock.now();
    if (now - this.lastCut < SETTLE_MS) return;
    this.lastCut = now;
    this.forget(now);
    const seen = (this.successes.length * 1000) / WINDOW_MS;
    const paced = this.rate !== Number.POSITIVE_INFINITY;
    this.rate = Math.max(MIN_RATE, (paced ? this.rate : Math.max(seen, 1)) * BACK_OFF);
    // What the bucket let through lately bounds what it can refill; its stored burst is gone by now.
    if (paced && seen >= 1) this.rate = Math.max(MIN_RATE, Math.min(this.rate, seen));
    this.nextSlot = Math.max(this.nextSlot, now + 1000 / this.rate);
  }

  private forget(now: number): void {
    while (this.successes.length > 0 && now - (this.successes[0] as number) > WINDOW_MS)
      this.successes.shift();
  }
}
