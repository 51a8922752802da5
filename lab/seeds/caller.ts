import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import type { SourceCredentials } from '../../lambda/shell/sources/identity.ts';

/** What differs between a run of the function and a person's. */
interface RunCaller {
  readonly config?: ConstructorParameters<typeof Clients>[3];
  readonly sources?: SourceCredentials;
}

/** A person, whose credentials exist after so many seconds; the function, which has them at once, for undefined. */
export function callerOf(
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  afterSeconds: number | undefined,
): RunCaller {
  if (afterSeconds === undefined) return {};
  const found = systemClock.sleep(afterSeconds * 1000).then(() => credentials);
  return { config: { credentials: () => found }, sources: () => [] };
}

/** An output that takes so many lines, and fails from then on, as a pipe that nobody reads any more. */
export function outputOf(lines = Number.POSITIVE_INFINITY): () => void {
  let taken = 0;
  return () => {
    taken += 1;
    if (taken > lines) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  };
}
