import type { Participant } from './conductor.ts';
import { countPoolWork, settle } from './quiescence.mjs';
import type { Timeline } from './timeline.ts';
import { installGlobals } from './virtual-globals.mjs';
import { VirtualTimers } from './virtual-timers.mjs';

/** This very process on virtual time. */
export interface InProcessTime extends Participant {
  /** Lets no virtual time pass until that work has settled: loading a module, reading a file elsewhere. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Gives real time and chance back. What is still pending never fires. */
  uninstall(): void;
}

/**
 * Puts the process that calls it on the timeline's time, and Math.random on the seed, so that code under test runs
 * here unchanged. For a conductor to join. What that code loads lazily must be loaded before, or `during` it: loaders of
 * TypeScript work elsewhere, where nobody sees them.
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
  const doings = () => `${timers.orders} ${timers.fired} ${timeline.next} ${worked}`;
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
      await settle(doings);
      while (under.size > 0) {
        await Promise.allSettled(under);
        await settle(doings);
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
