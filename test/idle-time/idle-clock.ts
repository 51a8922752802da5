import type { Clock } from '../../lambda/shell/clock.ts';
import { countIdleTime } from './idle-time.mjs';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** The engine's clock on the time that idle-time.mjs counts, for an engine in this process. */
export class IdleClock implements Clock {
  #now = Date.now();
  readonly #sleepers = new Set<Sleeper>();
  readonly #ticks: NodeJS.Timeout;

  /** @param neverAnswered how many calls under way nobody will answer */
  constructor(neverAnswered: () => number = () => 0) {
    this.#ticks = countIdleTime(
      (milliseconds) => {
        this.#now += milliseconds;
        for (const sleeper of this.#sleepers) if (sleeper.until <= this.#now) sleeper.wake();
      },
      { neverAnswered },
    );
    this.#ticks.unref();
  }

  now(): number {
    return Math.floor(this.#now);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const end = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', giveUp);
      };
      const giveUp = () => {
        end();
        reject(signal?.reason as Error);
      };
      const wake = () => {
        end();
        resolve();
      };
      const sleeper = { until: this.#now + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  stop(): void {
    clearInterval(this.#ticks);
  }
}
