/** Puts a process on virtual time: Date, performance, timers in all their forms, and AbortSignal.timeout. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Replaces the globals until the returned function is called. setImmediate, ticks and promises stay real. A timer keeps
 * a virtual AbortSignal.timeout alive. Node 20 holds a real one only weakly inside AbortSignal.any, so code that relies
 * on that may work on virtual time and hang on real time.
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

/** Date, performance.now and process.hrtime on virtual time: one clock, so that they agree. */
function clockOf(now) {
  const RealDate = Date;
  const startedAt = now();
  const elapsed = () => now() - startedAt;
  const today = () => Math.floor(now());

  function VirtualDate(...parts) {
    if (new.target === undefined) return new RealDate(today()).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [today()] : parts, new.target);
  }
  const statics = Object.getOwnPropertyDescriptors(RealDate);
  Object.defineProperties(VirtualDate, {
    ...statics,
    name: { ...statics.name, value: 'Date' },
    now: { ...statics.now, value: today },
  });

  const nanoseconds = () => BigInt(Math.round(elapsed() * 1e6));
  const hrtime = (since = [0, 0]) => {
    const passed = nanoseconds() - (BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
    const part = ((passed % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    return [Number((passed - part) / 1_000_000_000n), Number(part)];
  };
  hrtime.bigint = nanoseconds;
  return { Date: VirtualDate, elapsed, hrtime };
}

/** node:timers/promises on virtual timers: the same values, the same AbortError. */
function promisedTimers(pending) {
  const setTimeout = (delay, value, { signal, ref = true } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const timer = pending.add(
        () => {
          signal?.removeEventListener('abort', giveUp);
          resolve(value);
        },
        delay,
        [],
        false,
      );
      if (!ref) timer.unref();
      const giveUp = () => {
        pending.clear(timer);
        reject(abortError(signal));
      };
      signal?.addEventListener('abort', giveUp, { once: true });
    });

  async function* setInterval(delay, value, { signal, ref = true } = {}) {
    if (signal?.aborted) throw abortError(signal);
    let [due, wake] = [0, () => {}];
    const timer = pending.add(
      () => {
        due += 1;
        wake();
      },
      delay,
      [],
      true,
    );
    if (!ref) timer.unref();
    const giveUp = () => wake();
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      for (;;) {
        for (; due > 0; due--) yield value;
        if (signal?.aborted) throw abortError(signal);
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      pending.clear(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }
  return { setTimeout, setInterval };
}

const abortError = (signal) =>
  Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  });
