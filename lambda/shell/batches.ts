import { errorFacts } from '../core/model.ts';
import { forEachAtOnce } from './concurrency.ts';

/** One answered batch: accepted, or refused with the error that refused it. */
export interface BatchResult {
  readonly ids: readonly string[];
  readonly refused?: { readonly code: string; readonly error: string };
}

/** Errors that say "not this caller" or "not while protected": when every part is refused, all of it is. */
const BROAD_REFUSALS = new Set(['OperationNotPermitted', 'UnauthorizedOperation', 'AccessDenied']);
const CONCURRENT_CALLS = 10;

/**
 * Applies a bulk call in as few requests as the API allows (1000 ids in EC2's). EC2 refuses a whole request for
 * one protected, vanished or oddly-stated id, so a refused batch is halved until the refused ids stand alone and
 * shield nobody. Where four quarters in a row are refused for a broad reason, halving stops: 2n requests would
 * learn no more. A failed service (5xx, timeout) is not halved either. Source: API_TerminateInstances, API_StopInstances.
 */
export async function* inBatches(
  ids: readonly string[],
  call: (ids: string[]) => Promise<unknown>,
  size = 1000,
): AsyncGenerator<BatchResult> {
  let round: (readonly string[])[] = chunks(ids, size);
  for (let depth = 0; round.length > 0; depth++) {
    const refused: Required<BatchResult>[] = [];
    const settled: BatchResult[] = [];
    await forEachAtOnce(round, CONCURRENT_CALLS, async (batch) => {
      try {
        await call([...batch]);
        settled.push({ ids: batch });
      } catch (thrown) {
        const result = { ids: batch, refused: errorFacts(thrown) };
        if (batch.length === 1 || !isRefusal(thrown)) settled.push(result);
        else refused.push(result);
      }
    });
    yield* settled;
    const hopeless =
      depth >= 2 &&
      settled.every((r) => r.refused) &&
      refused.every((r) => BROAD_REFUSALS.has(r.refused.code));
    if (hopeless) {
      yield* refused;
      return;
    }
    round = refused.flatMap(({ ids }) => chunks(ids, Math.ceil(ids.length / 2)));
  }
}

/** The service answered and said no, as opposed to not answering or breaking. */
function isRefusal(thrown: unknown): boolean {
  const status = (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500;
}

export function chunks<T>(items: readonly T[], size: number): (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
