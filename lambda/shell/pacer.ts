/** The time as the engine sees it; injected, so that tests need not wait. Milliseconds since 1970. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Calls a second. */
const MIN_RATE = 0.5;
const FIRST_GUESS = 4;
const FIRST_GUESS_DOUBLES_MS = 2_000;
/** A cut goes this far below what the bucket was seen to refill; the way back up takes `RECOVERY_MS`. */
const CUT = 0.93;
const RECOVERY_MS = 10_000;
const DOUBLES_MS = 2_000;
/** A shorter time between two throttles tells nothing exact about the refill between them. */
const MEASURABLE_MS = 1_000;
const BLIND_CUT = 0.7;

interface Waiting {
  readonly signal: AbortSignal | undefined;
  readonly go: (sentAt: number) => void;
}

/**
 * Learns one token bucket (a service in a region) from its throttling answers, and spaces calls to its refill
 * rate. Until the first throttle it lets everything through at once. At a throttle the bucket is empty: so what
 * was accepted between two throttles, divided by the time between them, is the refill rate itself. See
 * docs/adr/0004-pacing.md.
 */
export class Pacer {
  private readonly queue: Waiting[] = [];
  private releasing = false;
  private nextSlot = 0;
  private paced = false;
  private cutAt = Number.NEGATIVE_INFINITY;
  /** The last cut, later by the time since then in which nobody asked for a turn. */
  private busySince = 0;
  /** The refill rate as measured; a guess until the second throttle. */
  private refill: number | undefined;
  private accepted = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * Waits for this call's turn and returns when it came; turns come in the order in which they were asked for.
   * @throws the signal's reason when it is aborted first.
   */
  turn(signal?: AbortSignal): Promise<number> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (!this.paced) return Promise.resolve(this.clock.now());
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        reject(signal?.reason as Error);
      };
      const go = (sentAt: number) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(sentAt);
      };
      const waiting = { signal, go };
      if (this.queue.length === 0) this.passOverIdleness();
      this.queue.push(waiting);
      signal?.addEventListener('abort', giveUp, { once: true });
      if (!this.releasing) void this.release();
    });
  }

  /** A call that had its turn at `sentAt` was not throttled. */
  succeeded(sentAt: number): void {
    if (sentAt > this.cutAt) this.accepted += 1;
  }

  /** A call that had its turn at `sentAt` was throttled. What was under way at the last cut tells nothing new. */
  throttled(sentAt: number): void {
    if (sentAt <= this.cutAt) return;
    const now = this.clock.now();
    const elapsed = now - this.busySince;
    if (!this.paced) this.paced = true;
    else if (elapsed >= MEASURABLE_MS) this.refill = Math.max(MIN_RATE, (this.accepted * 1000) / elapsed);
    else this.refill = Math.max(MIN_RATE, this.rate(now) * BLIND_CUT);
    this.cutAt = now;
    this.busySince = now;
    this.accepted = 0;
    this.nextSlot = now + 1000 / this.rate(now);
  }

  /** An idle bucket fills up: that tells nothing about its rate, and is no reason to speed up either. */
  private passOverIdleness(): void {
    const now = this.clock.now();
    const idle = Math.max(0, now - this.nextSlot);
    this.busySince += idle;
    this.nextSlot += idle;
  }

  /** Hands out the turns; the rate is asked anew for each, so that a cut holds for those already waiting. */
  private async release(): Promise<void> {
    this.releasing = true;
    for (let first = this.queue[0]; first; first = this.queue[0]) {
      const now = this.clock.now();
      const wait = Math.ceil(this.nextSlot - now);
      if (wait > 0) {
        await this.clock.sleep(wait, first.signal).catch(() => {}); // its `turn` has rejected by itself
        continue;
      }
      const interval = 1000 / this.rate(now);
      this.nextSlot = Math.max(this.nextSlot, now - interval) + interval;
      this.queue.shift();
      first.go(now);
    }
    this.releasing = false;
  }

  /**
   * Calls a second: a little below the refill, which saves up tokens, then as much above, which spends them; and
   * ever faster when the bucket goes on accepting, since then it refills faster than it did.
   */
  private rate(now: number): number {
    const since = now - this.busySince;
    if (this.refill === undefined) return FIRST_GUESS * 2 ** (since / FIRST_GUESS_DOUBLES_MS);
    const creep = Math.min(since, 2 * RECOVERY_MS) / RECOVERY_MS - 1;
    const surge = 2 ** (Math.max(0, since - 2 * RECOVERY_MS) / DOUBLES_MS);
    return this.refill * (1 + (1 - CUT) * creep) * surge;
  }
}
