import type { Clock } from '../../lambda/shell/clock.ts';

/** A clock on which no time passes: no limit is ever reached, so that what comes is an answer. */
export const standingClock: Clock = {
  now: () => Date.UTC(2026, 0, 31),
  sleep: (_ms, signal) =>
    new Promise((_, reject) => {
      const giveUp = () => reject(signal?.reason as Error);
      if (signal?.aborted) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    }),
};

/** The same, but what waits for less than `ms` does not have to: a pause before another attempt. */
export const withoutPausesBelow = (ms: number): Clock => ({
  ...standingClock,
  sleep: (wait, signal) => (wait < ms ? Promise.resolve() : standingClock.sleep(wait, signal)),
});
