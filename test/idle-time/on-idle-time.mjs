/** Loaded with --import: puts a process, its Date and all its timers on the time that idle-time.mjs counts. */
import net from 'node:net';
import { countPoolWork } from '../../simulated-aws/time/quiescence.mjs';
import { installGlobals } from '../../simulated-aws/time/virtual-globals.mjs';
import { VirtualTimers } from '../../simulated-aws/time/virtual-timers.mjs';
import { countIdleTime } from './idle-time.mjs';

/** Seconds that pass in an idle second. */
const speed = Number(new URL(import.meta.url).searchParams.get('speed') ?? 1);
let now = Date.now();
const timers = new VirtualTimers(() => now);
countPoolWork();
const ticks = countIdleTime(
  (milliseconds) => {
    now += milliseconds * speed;
    return timers.next <= now ? timers.fireDue() : undefined;
  },
  { activity: () => `${timers.orders} ${timers.fired}` },
);
// As with Node's own, the process lives as long as one of its timers does.
ticks.unref();
timers.onReferenced = (some) => (some ? ticks.ref() : ticks.unref());
installGlobals(() => now, timers);
// A socket's timeout is kept by Node itself, in real time.
net.Socket.prototype.setTimeout = function ignored() {
  return this;
};
