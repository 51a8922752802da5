/** Puts a process on virtual time: Date, performance, timers in all their forms, and AbortSignal.timeout. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';
import { clockOf } from './virtual-clock.mjs';
import { promisedTimers } from './virtual-promises.mjs';

/**
 * Replaces the globals until the returned function is called. setImmediate, ticks and promises stay real.
 * A virtual AbortSignal.timeout is held by its timer; Node 20 holds a real one only weakly inside AbortSignal.any,
 * so code that relies on that may work here and hang there.
 */
export function installGlobals(now, pending) {
  const undo = [];
  const replace = (owner, key, value) => {
    const before = Object.getOwnPropertyDescriptor(owner, key);
    Object.defineProperty(owner, key, { value, writable: true, configurable: true, enumerable: true });
    undo.push(() => {
      if (before) Object.defineProperty(owner, key, before);
      else delete owner[key];
    });
  };

  const promised = promisedTimers(pending);
  const setTimeout = (callback, delay, ...args) => pending.add(callback, delay, args, false);
  const setInterval = (callback, delay, ...args) => pending.add(callback, delay, args, true);
  const clear = (reference) => pending.clear(reference);
  Object.defineProperty(setTimeout, promisify.custom, { value: promised.setTimeout });
  const functions = { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  for (const [name, value] of Object.entries(functions)) {
    replace(globalThis, name, value);
    replace(timers, name, value);
  }
  replace(promises, 'setTimeout', promised.setTimeout);
  replace(promises, 'setInterval', promised.setInterval);
  replace(promises.scheduler, 'wait', (delay, options) => promised.setTimeout(delay, undefined, options));

  const clock = clockOf(now);
  replace(globalThis, 'Date', clock.Date);
  replace(Date.prototype, 'constructor', clock.Date);
  replace(performance, 'now', clock.elapsed);
  replace(performance, 'timeOrigin', now());
  replace(process, 'hrtime', clock.hrtime);
  replace(process, 'uptime', () => clock.elapsed() / 1000);
  replace(AbortSignal, 'timeout', (delay) => signalAfter(pending, delay));
  syncBuiltinESMExports();
  return () => {
    for (const restore of undo.reverse()) restore();
    syncBuiltinESMExports();
  };
}

function signalAfter(pending, delay) {
  if (!Number.isInteger(delay) || delay < 0)
    throw Object.assign(new RangeError(`The value of "delay" is out of range. Received ${String(delay)}`), {
      code: 'ERR_OUT_OF_RANGE',
    });
  const controller = new AbortController();
  const expire = () =>
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  pending.add(expire, delay, [], false).unref();
  return controller.signal;
}
