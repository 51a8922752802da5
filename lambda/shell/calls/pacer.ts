import type { Clock } from '../clock.ts';
import { FullBucket } from './full-bucket.ts';

/** Tokens a second. */
const MIN_RATE = 0.5;
const FIRST_GUESS = 7;
const FIRST_GUESS_DOUBLES_MS = 1_000;
/** A cut goes this far below what the bucket was seen to refill; the way back up takes `RECOVERY_MS`. */
const CUT = 0.93;
const RECOVERY_MS = 10_000;
/** Calls so dear that few of them fit into `RECOVERY_MS` get as much time as this many of them take. */
const RECOVERY_CALLS = 10;
const DOUBLES_MS = 2_000;
/** Less time or fewer calls between two throttles tell nothing exact about the refill between them. */
const MEASURABLE_MS = 1_000;
const MEASURABLE_CALLS = 3;
const BLIND_CUT = 0.7;
const MOSTLY_BUSY = 1.5;
const MUCH_FASTER = 2.75;
const MOST_BELIEVED = 2;
/** Whoever waits long looks again now and then, since the rate may have changed and somebody urgent come. */
const LOOK_AGAIN_MS = 1_000;

/** How one call wants its turn; by default one token, no hurry, for the first time. */
export interface TurnRequest {
  readonly cost?: number;
  readonly urgent?: boolean;
  readonly isRetry?: boolean;
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly cost: number;
  readonly signal: AbortSignal | undefined;
  readonly go: (sentAt: number) => void;
}

/**
 * Learns one token bucket from its throttling answers, and spaces calls to its refill rate. Until the first
 * throttle it lets everything through at once, or as much as a documented bucket holds. At a throttle the bucket is empty: so what was accepted between two
 * throttles, divided by the time between them, is the refill rate itself. See docs/adr/0004-pacing.md.
 */
export class Pacer {
  /** Urgent ones first, and in each half those that were refused before; in each, in order of asking. */
  private readonly queues = Array.from({ length: 4 }, () => new Set<Waiting>());
  private releasing = false;
  /** All that has flowed in until this moment has been handed out. */
  private spentUntil = 0;
  private paced = false;
  private cutAt = Number.NEGATIVE_INFINITY;
  /** The last cut, later by the time since then in which nobody asked for a turn. */
  private busySince = 0;
  /** What the bucket accepted since it was seen empty: `since` is later by idle time, `at` is not. */
  private window = { at: Number.NEGATIVE_INFINITY, since: 0, accepted: 0 };
  private measured = { from: Number.POSITIVE_INFINITY, ms: 1 };
  private refill: number | undefined;
  private throttledCost = 1;

  private readonly fullBucket: FullBucket;

  /**
   * @param documented tokens a second to start from; undefined: to be found out
   * @param capacity tokens of a full bucket, as documented; beyond them nobody needs to be refused to learn it
   */
  constructor(
    private readonly clock: Clock,
    private readonly documented?: number,
    capacity?: number,
  ) {
    this.fullBucket = new FullBucket(capacity, documented);
  }

  /**
   * Waits for this call's turn and returns when it came.
   * @throws the signal's reason when it is aborted first.
   */
  turn({ cost = 1, urgent = false, isRetry = false, signal }: TurnRequest = {}): Promise<number> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (!this.paced && this.fullBucket.take(cost, this.clock.now())) return Promise.resolve(this.clock.now());
    if (!this.paced) this.startPacing(this.clock.now());
    const queue = this.queues[(urgent ? 0 : 2) + (isRetry ? 0 : 1)] as Set<Waiting>;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        queue.delete(waiting);
        reject(signal?.reason as Error);
      };
      const go = (sentAt: number) => {
        queue.delete(waiting);
        signal?.removeEventListener('abort', giveUp);
        resolve(sentAt);
      };
      const waiting = { cost, signal, go };
      if (!this.first()) this.skipIdleTime(cost);
      queue.add(waiting);
      signal?.addEventListener('abort', giveUp, { once: true });
      if (!this.releasing) void this.release();
    });
  }

  /** A call that had its turn at `sentAt` was not throttled, whatever else came of it. */
  succeeded(sentAt: number, cost = 1): void {
    if (sentAt > this.window.at) this.window.accepted += cost;
    // Its answer came after the throttle that ended its window.
    else if (sentAt > this.measured.from && this.refill !== undefined)
      this.refill += (cost * 1000) / this.measured.ms;
  }

  /** A call that had its turn at `sentAt` was throttled. What was under way at the last cut tells nothing new. */
  throttled(sentAt: number, cost = 1): void {
    if (sentAt <= this.cutAt) return;
    const now = this.clock.now();
    this.throttledCost = cost;
    if (this.paced) this.measure(now, cost);
    else this.startPacing(now);
    this.cutAt = now;
    this.busySince = now;
    this.spentUntil = now;
  }

  private startPacing(now: number): void {
    this.paced = true;
    this.refill = this.documented;
    this.window = { at: now, since: now, accepted: 0 };
    this.busySince = now;
    this.spentUntil = now;
  }

  /** Two throttles too close to each other say little: the window stays open, and the next one says more. */
  private measure(now: number, cost: number): void {
    const { at, since, accepted } = this.window;
    const ms = now - since;
    const before = this.rate(now);
    const expected = (ms / 1000) * (this.refill ?? before);
    if (ms >= MEASURABLE_MS && expected >= MEASURABLE_CALLS * cost) {
      this.refill = Math.max(
        MIN_RATE,
        this.refillBetween((accepted * 1000) / (now - at), (accepted * 1000) / ms, before),
      );
      this.measured = { from: at, ms };
      this.window = { at: now, since: now, accepted: 0 };
    } else if (this.refill === undefined) this.refill = Math.max(MIN_RATE, before * BLIND_CUT);
  }

  /** What flowed in while nobody asked is unknown: `least` counts that time, `most` does not. */
  private refillBetween(least: number, most: number, before: number): number {
    const isBusy = most < MOSTLY_BUSY * least;
    const isSurging = this.refill === undefined || before > MUCH_FASTER * this.refill;
    // While it became ever faster the bucket was not empty: a second at this rate empties it, and is then exact.
    if (isBusy && isSurging) return Math.min(before * CUT, MOST_BELIEVED * most);
    return Math.max(before / 4, least, Math.min(this.refill ?? most, most));
  }

  /** An idle bucket fills up: that tells nothing about its rate, and is no reason to speed up either. */
  private skipIdleTime(cost: number): void {
    const now = this.clock.now();
    const idle = Math.max(0, now - this.spentUntil - (cost * 1000) / this.rate(now));
    this.busySince += idle;
    this.window.since += idle;
    this.spentUntil += idle;
  }

  private first(): Waiting | undefined {
    for (const queue of this.queues) for (const waiting of queue) return waiting;
    return undefined;
  }

  /** Hands out the turns; the rate is asked anew for each, so that a cut holds for those already waiting. */
  private async release(): Promise<void> {
    this.releasing = true;
    for (let first = this.first(); first; first = this.first()) {
      const now = this.clock.now();
      const interval = (first.cost * 1000) / this.rate(now);
      const wait = Math.ceil(this.spentUntil + interval - now);
      if (wait > 0) {
        await this.clock.sleep(Math.min(wait, LOOK_AGAIN_MS), first.signal).catch(() => {}); // its `turn` has rejected by itself
        continue;
      }
      this.spentUntil = Math.max(this.spentUntil + interval, now - interval);
      first.go(now);
    }
    this.releasing = false;
  }

  /**
   * Tokens a second: a little below the refill, which saves up tokens, then as much above, which spends them; and
   * ever faster when the bucket goes on accepting, since then it refills faster than it did.
   */
  private rate(now: number): number {
    const since = now - this.busySince;
    if (this.refill === undefined) return FIRST_GUESS * 2 ** (since / FIRST_GUESS_DOUBLES_MS);
    const recovery = this.recoveryMs(this.refill);
    const creep = Math.min(since, 2 * recovery) / recovery - 1;
    const surge = 2 ** (Math.max(0, since - 2 * recovery) / (DOUBLES_MS * (recovery / RECOVERY_MS)));
    return this.refill * (1 + (1 - CUT) * creep) * surge;
  }

  private recoveryMs(refill: number): number {
    return Math.max(RECOVERY_MS, (RECOVERY_CALLS * this.throttledCost * 1000) / refill);
  }
}
