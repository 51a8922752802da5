import type { Clock } from './clock.ts';

/** A limit is slept through in so many steps: see `within`. */
const STEPS = 20;

/**
 * The result of `work`. Without a limit, a call that AWS always throttles would wait until the run's
 * deadline. Only time in which an answer could be heard counts: a process that is busy with the answers to
 * its own burst hears its timers before what has come meanwhile, so each step counts its own length at most.
 * @param ms how long an answer may take
 * @param who is named in the error.
 * @param work gets a signal that aborts when its result is not needed any more.
 * @throws TimeoutError after `ms`, and the error of `work`.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  who: string,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  try {
    const late = sleepInSteps(clock, ms, over.signal).then(() => {
      throw Object.assign(new Error(`${who} did not answer within ${ms / 1000} s`), { name: 'TimeoutError' });
    });
    // Async, so that a synchronous throw of the work is heard here, too, and `late` is never left alone.
    const done = (async () => work(over.signal))();
    return await Promise.race([done, late]);
  } finally {
    over.abort();
  }
}

async function sleepInSteps(clock: Clock, ms: number, over: AbortSignal): Promise<void> {
  for (let step = 0; step < STEPS; step++) await clock.sleep(ms / STEPS, over);
}

/** A promise's result, or `otherwise` after `ms` or at the deadline. Rejects only if the promise does. */
export async function atMost<T, O>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  otherwise: O,
  deadline: AbortSignal,
): Promise<T | O> {
  const over = new AbortController();
  const end = () => over.abort();
  // With AbortSignal.any, the deadline would keep each wait in memory until the run ends.
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

/** A promise's result, or the signal's reason as soon as that aborts. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let end = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason as Error);
  });
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
