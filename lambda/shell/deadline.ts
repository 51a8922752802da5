/**
 * A signal that aborts after `ms`, or earlier when told. Not `AbortSignal.any` over `AbortSignal.timeout`: Node 20
 * holds on to the timeout only weakly, so that it is collected as garbage and the run never ends.
 */
export function deadlineAfter(ms: number): AbortController {
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new DOMException(`time ran out after ${ms / 1000} s`, 'TimeoutError')),
    ms,
  );
  timer.unref(); // nothing waits for a deadline
  deadline.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return deadline;
}
