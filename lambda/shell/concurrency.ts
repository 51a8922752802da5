/** Runs `task` on every item, at most `limit` at once. Never rejects unless `task` does. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/**
 * Yields results as they come: one slow call holds nobody back. A rejected task ends the iteration, after what was
 * ready has been handed on.
 * @param window waited for after the first result, so that calls that return together are handed on together
 */
export async function* asTheyCome<T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<R>,
  window?: () => Promise<unknown>,
): AsyncGenerator<R[]> {
  const arrivals = new Arrivals<R>();
  const work = forEachAtOnce(items, limit, async (item) => arrivals.add(await task(item))).finally(() =>
    arrivals.end(),
  );
  work.catch(() => {}); // re-thrown by the await below, once what is ready has been handed on
  for (let group = await arrivals.take(window); group; group = await arrivals.take(window)) yield group;
  await work;
}

/**
 * Yields what several sources yield, as it comes: none waits for another. A source that throws ends the iteration,
 * after all have ended and what they gave has been handed on.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const arrivals = new Arrivals<T>();
  const drain = async (source: AsyncIterable<T>) => {
    for await (const item of source) arrivals.add(item);
  };
  const work = Promise.allSettled(sources.map(drain)).finally(() => arrivals.end());
  for (let group = await arrivals.take(); group; group = await arrivals.take()) yield* group;
  for (const end of await work) if (end.status === 'rejected') throw end.reason;
}

/** What comes from work under way, for one reader. */
class Arrivals<T> {
  private ready: T[] = [];
  private isOver = false;
  private wake: () => void = () => {};

  add(item: T): void {
    this.ready.push(item);
    this.wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.isOver = true;
    this.wake();
  }

  /** All that has come by now, or the next that comes; undefined when nothing more will. */
  async take(window?: () => Promise<unknown>): Promise<T[] | undefined> {
    if (this.ready.length === 0 && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      if (!this.isOver) await window?.();
    }
    const group = this.ready;
    this.ready = [];
    return group.length > 0 ? group : undefined;
  }
}

/** Lets a limited number of tasks run at once, in the order in which they came. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly permits: number) {}

  /** Runs `task` as soon as there is a permit for it. Rejects only if `task` does. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running < this.permits) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      // A permit is handed on, so that nobody who comes meanwhile takes it.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
