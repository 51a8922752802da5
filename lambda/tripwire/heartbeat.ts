import { errorFacts } from '../core/model.ts';
import type { Clock } from '../shell/clock.ts';
import { within } from '../shell/time-limit.ts';

const LIMIT_MS = 5_000;

/** Calls the owner's URL outside AWS: whoever listens there rings when it stays silent. @returns why it failed. */
export async function beat(url: string, clock: Clock): Promise<string | undefined> {
  try {
    const { ok, status } = await within(clock, LIMIT_MS, 'the heartbeat URL', (signal) =>
      fetch(url, { signal }),
    );
    return ok ? undefined : `the heartbeat URL answered ${status}`;
  } catch (thrown) {
    return `the heartbeat URL could not be called: ${errorFacts(thrown).error}`;
  }
}
