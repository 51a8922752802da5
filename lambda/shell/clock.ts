import { setTimeout as wait } from 'node:timers/promises';

/**
 * The engine's time in milliseconds since 1970; injected, so that tests need not wait. Nothing else in
 * lambda/ reads the system's clock or sets a timer, but for the deadlines of an invocation and of a webhook's answer, which are the platform's own.
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
 * Aborts after `ms` of real time, or earlier by its controller. `AbortSignal.any` over `AbortSignal.timeout`
 * would not work: Node.js 20 refers to the timeout only weakly, so the garbage collector removes it and the
 * run never ends.
 */
export function deadlineAfter(ms: number): AbortController {
  const deadline = new AbortController();
  abortAfter(deadline, ms);
  return deadline;
}

/** The same for a deadline that is there already: its time begins now. */
export function abortAfter(deadline: AbortController, ms: number): void {
  if (deadline.signal.aborted) return;
  const timer = setTimeout(
    () => deadline.abort(new DOMException(`time ran out after ${ms / 1000} s`, 'TimeoutError')),
    ms,
  );
  timer.unref(); // a deadline must not keep the process alive
  deadline.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}
