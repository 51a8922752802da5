import { errorFacts } from '../core/model.ts';
import { forEachAtOnce } from './concurrency.ts';

/** One answered batch: accepted, or refused with an error; also when the service failed, after all attempts. */
export interface BatchResult {
  readonly ids: readonly string[];
  readonly refused?: { readonly code: string; readonly error: string };
}

interface Refused extends Required<BatchResult> {
  /** The error may concern all ids. */
  readonly isBroad: boolean;
}

/** Refusals that may concern all ids: the caller may not do it, or all resources are protected. */
const BROAD_REFUSALS = new Set(['OperationNotPermitted', 'UnauthorizedOperation', 'AccessDenied']);
const CONCURRENT_CALLS = 10;
const PROBES = 8;

/**
 * Applies a bulk call in as few requests as the API allows (EC2: 1000 ids). One protected or vanished id, or
 * one in a wrong state, makes EC2 refuse the whole request (API_TerminateInstances, API_StopInstances). AWS
 * does not document whether one id can make the service fail (5xx, no answer), but it must not shield the
 * others if it does. So a batch without success is halved until only such ids are left. When all four
 * quarters end with an error that may concern all ids, a few ids are tried alone: if most of them have no
 * success either, halving stops, because 2n requests would show nothing new.
 */
export async function* inBatches(
  ids: readonly string[],
  call: (ids: string[]) => Promise<unknown>,
  size = 1000,
): AsyncGenerator<BatchResult> {
  let round: (readonly string[])[] = chunks(ids, size);
  for (let depth = 0; round.length > 0; depth++) {
    const { answered, refused } = await attempt(round, call);
    yield* answered;
    let left = refused;
    const nothingWorks =
      depth >= 2 && answered.every((result) => result.refused) && refused.every((result) => result.isBroad);
    if (nothingWorks && refused.length > 0) {
      const probes = await attempt(probesOf(refused), call);
      yield* probes.answered;
      const probed = new Set(probes.answered.flatMap((result) => result.ids));
      left = refused.map((result) => ({ ...result, ids: result.ids.filter((id) => !probed.has(id)) }));
      if (probes.answered.filter((result) => result.refused).length * 2 > probed.size) {
        for (const { ids, refused: error } of left) yield { ids, refused: error };
        return;
      }
    }
    round = left.flatMap((result) => chunks(result.ids, Math.ceil(result.ids.length / 2)));
  }
}

/** One round: final answers, and the refused batches that are worth halving. */
async function attempt(
  batches: readonly (readonly string[])[],
  call: (ids: string[]) => Promise<unknown>,
): Promise<{ answered: BatchResult[]; refused: Refused[] }> {
  const refused: Refused[] = [];
  const answered: BatchResult[] = [];
  await forEachAtOnce(batches, CONCURRENT_CALLS, async (batch) => {
    try {
      await call([...batch]);
      answered.push({ ids: batch });
    } catch (thrown) {
      const result = { ids: batch, refused: errorFacts(thrown) };
      if (batch.length === 1) answered.push(result);
      else
        refused.push({ ...result, isBroad: !isRefusal(thrown) || BROAD_REFUSALS.has(result.refused.code) });
    }
  });
  return { answered, refused };
}

/** Single ids from the middle of batches, spread over all batches. */
function probesOf(refused: readonly BatchResult[]): string[][] {
  const step = Math.max(1, refused.length / PROBES);
  return Array.from({ length: Math.min(PROBES, refused.length) }, (_, i) => {
    const { ids = [] } = refused[Math.floor(i * step)] ?? {};
    return ids.slice(ids.length >> 1, (ids.length >> 1) + 1);
  });
}

/** The service refused the request (4xx). Other errors mean that it failed or did not answer. */
function isRefusal(thrown: unknown): boolean {
  const status = (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500;
}

export function chunks<T>(items: readonly T[], size: number): (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
