import type { Clock } from './clock.ts';

/**
 * The work's result, or after `ms` a TimeoutError that says who did not answer: a call that is throttled for good would
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
      throw Object.assign(new Error(`${who} did not answer within ${ms / 1000} s`), { name: 'TimeoutError' });
    });
    return await Promise.race([work(over.signal), late]);
  } finally {
    over.abort();
  }
}

/** What a promise brings, or `otherwise` after `ms`, or at the deadline. Rejects only if the promise does. */
export async function atMost<T, O>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  otherwise: O,
  deadline: AbortSignal,
): Promise<T | O> {
  const over = new AbortController();
  const end = () => over.abort();
  // Not AbortSignal.any: the deadline would hold on to each wait of a run until its end.
  if (deadline.aborted) end();
  else deadline.addEventListener('abort', end, { once: true });
  const late = clock.sleep(ms, over.signal).catch(() => {}); // ends by its signal
  try {
    return await Promise.race([promise, late.then(() => otherwise)]);
  } finally {
    deadline.removeEventListener('abort', end);
    end();
  }
}
