import type { Clock } from './clock.ts';

/**
 * The work's result, or after `ms` an error that says who kept us waiting: a call that is throttled for good would
 * otherwise wait until the run's deadline.
 * @param work is told by its signal when nobody waits for it any more.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  who: string,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  try {
    const late = clock.sleep(ms, over.signal).then(() => {
      throw new Error(`${who} did not answer within ${ms / 1000} s`);
    });
    return await Promise.race([work(over.signal), late]);
  } finally {
    over.abort();
  }
}
