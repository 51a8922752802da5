import type { Clock } from '../clock.ts';
import { FullBucket } from './full-bucket.ts';

/** Tokens a second. */
const MIN_RATE = 0.5;
const FIRST_GUESS = 7;
const FIRST_GUESS_DOUBLES_MS = 1_000;
/** A throttle cuts the rate to this part of the measured refill rate; the way back up takes `RECOVERY_MS`. */
const CUT = 0.93;
const RECOVERY_MS = 10_000;
/** Recovery takes at least the time of this many calls. */
const RECOVERY_CALLS = 10;
const DOUBLES_MS = 2_000;
/** Less time or fewer calls between two throttles do not measure the refill rate exactly. */
const MEASURABLE_MS = 1_000;
const MEASURABLE_CALLS = 3;
const BLIND_CUT = 0.7;
const MOSTLY_BUSY = 1.5;
const MUCH_FASTER = 2.75;
const MOST_BELIEVED = 2;
/** A long wait is checked again this often: the rate may have changed, or an urgent call may have come. */
const LOOK_AGAIN_MS = 1_000;

/** One call's request for a turn; by default one token, not urgent, the first attempt. */
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
 * throttle all calls go at once, or as many as a documented bucket holds. At a throttle the bucket is empty.
 * So the tokens accepted between two throttles, divided by the time between them, are the refill rate.
 * See docs/adr/0004-pacing.md.
 */
export class Pacer {
  /** Urgent retries, urgent first attempts, other retries, other first attempts; each first in, first out. */
  private readonly queues = Array.from({ length: 4 }, () => new Set<Waiting>());
  private releasing = false;
  /** All tokens that flowed in before this moment are used. */
  private spentUntil = 0;
  private paced = false;
  private cutAt = Number.NEGATIVE_INFINITY;
  /** When the rate was cut last, plus the idle time since then. */
  private busySince = 0;
  /** Tokens that the bucket accepted since it was last empty. `since` is `at` plus the idle time. */
  private window = { at: Number.NEGATIVE_INFINITY, since: 0, accepted: 0 };
  private measured = { from: Number.POSITIVE_INFINITY, ms: 1 };
  private refill: number | undefined;
  private throttledCost = 1;

  private readonly fullBucket: FullBucket;

  /**
   * @param documented refill rate to start from, in tokens a second; undefined: to be learned
   * @param capacity documented, in tokens: calls beyond it are paced before any is throttled
   */
  constructor(
    private readonly clock: Clock,
    private readonly documented?: number,
    capacity?: number,
  ) {
    this.fullBucket = new FullBucket(capacity, documented);
  }

  /** @returns the moment of this call's turn, when it has come. @throws the signal's reason when it aborts. */
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

  /** A call with its turn at `sentAt` was not throttled; it may have failed otherwise. */
  succeeded(sentAt: number, cost = 1): void {
    if (sentAt > this.window.at) this.window.accepted += cost;
    // Sent in the window that was measured last, answered only after its end: it corrects the measurement.
    else if (sentAt > this.measured.from && this.refill !== undefined)
      this.refill += (cost * 1000) / this.measured.ms;
  }

  /** A call with its turn at `sentAt` was throttled. A call sent before the last cut shows nothing new. */
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

  /** Two throttles close to each other measure little: then the window stays open until the next throttle. */
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

  /** How much flowed in during idle time is unknown: `least` counts that time, `most` does not. */
  private refillBetween(least: number, most: number, before: number): number {
    const isBusy = most < MOSTLY_BUSY * least;
    const isSurging = this.refill === undefined || before > MUCH_FASTER * this.refill;
    // The bucket was not empty while the rate rose: only an estimate, until the next throttle within a
    // second.
    if (isBusy && isSurging) return Math.min(before * CUT, MOST_BELIEVED * most);
    return Math.max(before / 4, least, Math.min(this.refill ?? most, most));
  }

  /** An idle bucket fills up: that says nothing about its refill rate, and is no reason to become faster. */
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

  /** Gives the turns, each at the rate of its moment: a cut also slows the calls that already wait. */
  private async release(): Promise<void> {
    this.releasing = true;
    for (let first = this.first(); first; first = this.first()) {
      const now = this.clock.now();
      const interval = (first.cost * 1000) / this.rate(now);
      const wait = Math.ceil(this.spentUntil + interval - now);
      if (wait > 0) {
        await this.clock.sleep(Math.min(wait, LOOK_AGAIN_MS), first.signal).catch(() => {}); // `turn` rejects
        continue;
      }
      this.spentUntil = Math.max(this.spentUntil + interval, now - interval);
      first.go(now);
    }
    this.releasing = false;
  }

  /**
   * Tokens a second: after a cut a little below the refill rate, which saves tokens, then as much above it.
   * If the bucket still accepts, it refills faster than measured: the rate then doubles again and again.
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
