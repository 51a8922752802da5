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
 * Yields results as they come, grouped by what arrived within `windowMs` of each other: one slow call holds
 * nobody back, and calls that return together are handed on together. A rejected task ends the iteration.
 */
export async function* asTheyCome<T, R>(
  items: readonly T[],
  limit: number,
  windowMs: number,
  task: (item: T) => Promise<R>,
): AsyncGenerator<R[]> {
  let ready: R[] = [];
  let wake: () => void = () => {};
  let running = true;
  const work = forEachAtOnce(items, limit, async (item) => {
    const result = await task(item); // `ready` may be another array by now
    ready.push(result);
    wake();
  }).finally(() => {
    running = false;
    wake();
  });
  work.catch(() => {}); // re-thrown by the await below, once what is ready has been handed on
  while (running || ready.length > 0) {
    if (ready.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (running) await new Promise((resolve) => setTimeout(resolve, windowMs));
      continue;
    }
    const group = ready;
    ready = [];
    yield group;
  }
  await work;
}
