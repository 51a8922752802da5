/** node:timers/promises on virtual timers: same values, same AbortError. */
export function promisedTimers(pending) {
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
