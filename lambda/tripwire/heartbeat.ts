import { errorFacts } from '../core/model.ts';
import type { Clock } from '../shell/clock.ts';
import { within } from '../shell/time-limit.ts';

const LIMIT_MS = 5_000;

/**
 * Calls the owner's URL. A service outside AWS waits for these calls, and alerts the owner when they stay
 * away.
 * @returns why the call failed.
 */
export async function callHeartbeat(url: string, clock: Clock): Promise<string | undefined> {
  try {
    const { ok, status } = await within(clock, LIMIT_MS, 'the heartbeat URL', (signal) =>
      fetch(url, { signal }),
    );
    return ok ? undefined : `the heartbeat URL answered ${status}`;
  } catch (thrown) {
    return `the heartbeat URL could not be called: ${errorFacts(thrown).error}`;
  }
}
