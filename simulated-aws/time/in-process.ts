import type { Participant } from './conductor.ts';
import { countPoolWork, untilQuiescent } from './quiescence.mjs';
import type { Timeline } from './timeline.ts';
import { installGlobals } from './virtual-globals.mjs';
import { VirtualTimers } from './virtual-timers.mjs';

/** This process on virtual time. */
export interface InProcessTime extends Participant {
  /** Lets no virtual time pass until that work is over: loading a module, reading a file in another thread. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Restores real time and real chance. Timers that are still pending never fire. */
  uninstall(): void;
}

/**
 * Puts the calling process on the timeline's time, and Math.random on the seed, so that code under test runs here
 * unchanged. Join the result to a conductor. Load before, or `during`, what that code loads lazily: not every
 * loader of TypeScript shows that it works.
 * @throws Error when it is on virtual time already.
 */
export function installVirtualTime(timeline: Timeline, random: { fraction(): number }): InProcessTime {
  if (isInstalled) throw new Error('this process is on virtual time already');
  isInstalled = true;
  const timers = new VirtualTimers(() => timeline.now());
  const restoreGlobals = installGlobals(() => timeline.now(), timers);
  const stopCounting = countPoolWork();
  const realRandom = Math.random;
  Math.random = () => random.fraction();
  let worked = 0;
  const under = new Set<Promise<unknown>>();
  const activity = () => `${timers.orders} ${timers.fired} ${timeline.next} ${worked}`;
  return {
    name: 'this process',
    get nextWake() {
      return timers.next;
    },
    get activity() {
      return timers.orders + timers.fired + worked;
    },
    get waitsFor() {
      return timers.pending === 0 ? [] : [`${timers.pending} timers`];
    },
    async quiet() {
      await untilQuiescent(activity);
      while (under.size > 0) {
        await Promise.allSettled(under);
        await untilQuiescent(activity);
      }
    },
    advanceTo: () => timers.fireDue(),
    async during(work) {
      under.add(work);
      try {
        return await work;
      } finally {
        under.delete(work);
        worked += 1;
      }
    },
    uninstall() {
      restoreGlobals();
      stopCounting();
      Math.random = realRandom;
      isInstalled = false;
    },
  };
}

let isInstalled = false;
