import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './pacer.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(Math.max(0, ms), undefined, signal ? { signal } : {});
  },
};
