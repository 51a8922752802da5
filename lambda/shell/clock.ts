import { setTimeout as wait } from 'node:timers/promises';

/** The time as the engine sees it; injected, so that tests need not wait. Milliseconds since 1970. */
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
