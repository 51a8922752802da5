import { errorFacts } from '../core/model.ts';

const PATIENCE_MS = 5_000;

/** Calls the owner's URL outside AWS: whoever listens there rings when it stays silent. @returns why it failed. */
export async function beat(url: string): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return ok ? undefined : `the heartbeat URL answered ${status}`;
  } catch (thrown) {
    return `the heartbeat URL could not be called: ${errorFacts(thrown).error}`;
  }
}
