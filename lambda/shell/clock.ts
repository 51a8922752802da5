import { setTimeout as wait } from 'node:timers/promises';

/**
 * The time as the engine sees it; injected, so that tests need not wait. Milliseconds since 1970. Nothing else in
 * lambda/ reads the system's clock or sets a timer.
 */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(Math.max(0, ms), undefined, signal ? { signal } : {});
  },
};

/**
 * A signal that aborts after `ms` of real time, or earlier when told. Not `AbortSignal.any` over `AbortSignal.timeout`:
 * Node 20 holds on to the timeout only weakly, so that it is collected as garbage and the run never ends.
 */
export function deadlineAfter(ms: number): AbortController {
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new DOMException(`time ran out after ${ms / 1000} s`, 'TimeoutError')),
    ms,
  );
  timer.unref(); // nothing waits for a deadline
  deadline.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return deadline;
}
