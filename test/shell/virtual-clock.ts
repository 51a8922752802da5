import type { Clock } from '../../lambda/shell/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that stands still until nothing more can happen now, then jumps to the next timer. */
export class VirtualClock implements Clock {
  private time = Date.UTC(2026, 0, 31);
  private timers: Timer[] = [];
  private busy = 0;

  now(): number {
    return this.time;
  }

  get waiting(): number {
    return this.timers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const cancel = () => {
        this.timers = this.timers.filter((each) => each !== timer);
        reject(signal?.reason as Error);
      };
      const fire = () => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      };
      const timer = { at: this.time + Math.max(0, ms), fire };
      this.insert(timer);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Runs real work, such as a disk write, during which no virtual time passes. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await work;
    } finally {
      this.busy -= 1;
    }
  }

  /** Lets time pass until `work` ends. @throws when nothing can end it any more. */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    for (let stalled = 0; stalled < 50; ) {
      await turnOfTheLoop();
      if (ended) return work;
      if (this.busy > 0) continue;
      stalled = this.next() ? 0 : stalled + 1;
    }
    throw new Error(`the work stalled at ${new Date(this.time).toISOString()}: nothing is under way`);
  }

  /** Sorted by time, then by order of calls; a binary search, since there may be tens of thousands. */
  private insert(timer: Timer): void {
    let [from, to] = [0, this.timers.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.timers[middle] as Timer).at <= timer.at) from = middle + 1;
      else to = middle;
    }
    this.timers.splice(from, 0, timer);
  }

  private next(): boolean {
    const first = this.timers.shift();
    if (!first) return false;
    this.time = first.at;
    first.fire();
    return true;
  }
}

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));
