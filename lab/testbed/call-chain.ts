import type { AwsCall } from './aws-call.ts';

/**
 * The most calls that had to wait for one another: the longest sequence in which each call started after the one
 * before it had ended. With `until`, only sequences that end in that call, so it is the number of sequential round
 * trips up to and including it. Retries count, as they should.
 */
export function longestChain(calls: readonly AwsCall[], until?: AwsCall): number {
  const byStart = [...calls].sort((a, b) => a.startedAt - b.startedAt);
  const finished: { readonly endedAt: number; readonly length: number }[] = [];
  let longest = 0;
  for (const call of byStart) {
    let before = 0;
    for (const { endedAt, length } of finished)
      if (endedAt <= call.startedAt && length > before) before = length;
    const length = before + 1;
    if (call === until) return length;
    longest = Math.max(longest, length);
    if (call.endedAt !== undefined) finished.push({ endedAt: call.endedAt, length });
  }
  return until ? 0 : longest;
}
