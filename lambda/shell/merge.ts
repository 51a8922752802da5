/**
 * Yields what several sources yield, as it comes: none waits for another. A source that throws ends the iteration,
 * after all have ended and what they gave has been handed on.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  let ready: T[] = [];
  let wake: () => void = () => {};
  let running = sources.length;
  const drain = async (source: AsyncIterable<T>) => {
    try {
      for await (const item of source) {
        ready.push(item);
        wake();
      }
    } finally {
      running -= 1;
      wake();
    }
  };
  const work = Promise.allSettled(sources.map(drain));
  while (running > 0 || ready.length > 0) {
    if (ready.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    const group = ready;
    ready = [];
    yield* group;
  }
  for (const end of await work) if (end.status === 'rejected') throw end.reason;
}
