/** Runs `task` on every item, at most `limit` at once. Rejects only if `task` does. */
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
 * Yields results as they come, so that a slow call does not delay the others. A rejected task ends the
 * iteration, after the results that were ready.
 * @param window awaited after the first result of a group, so that results that come together are yielded
 *   together
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
  work.catch(() => {}); // the await below throws it, after the results that are ready
  for (let group = await arrivals.take(window); group; group = await arrivals.take(window)) yield group;
  await work;
}

/**
 * Yields the items of several sources as they come: no source waits for another. A source that throws ends
 * the iteration, after all sources have ended and all their items were yielded.
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

/** Items that arrive from running work, for one reader. */
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

  /** All items that have arrived, or else the next one; undefined when no more will come. */
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

/** Runs a limited number of tasks at once, in the order of their calls. */
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
      // The permit goes to the task that waits longest; a new task must not take it in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
