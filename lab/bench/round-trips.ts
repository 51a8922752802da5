import type { AwsCall } from '../testbed/aws-call.ts';

/** What is looked at of a call. */
type Call = Pick<AwsCall, 'sequence' | 'region' | 'operation' | 'startedAt'>;

/** Steps, which are sequential round trips from the first call on, of the moments that count. */
export interface CriticalPath<C extends Call = AwsCall> {
  /** The last call that the verdict waited for; 0 where a person decided before the first call. */
  readonly verdict: number;
  /** The first StopInstances of the region in which it came last. */
  readonly firstStop: number;
  /** The last UpdateAccessKey. */
  readonly lastKey: number;
  /** The StopInstances that was sent before all others. */
  readonly earliestStop: C;
}

/**
 * Reads the critical path off a run in step.
 * @throws Error when a region saw no StopInstances, or no key was disabled.
 */
export function criticalPathOf<C extends Call>(
  calls: readonly C[],
  steps: { stepOf(call: C): number },
  regions: readonly string[],
): CriticalPath<C> {
  const stops = regions.map((region) => {
    const stop = calls.find((call) => call.region === region && call.operation === 'StopInstances');
    if (!stop) throw new Error(`nothing was stopped in ${region}`);
    return stop;
  });
  const keys = calls.filter((call) => call.operation === 'UpdateAccessKey');
  const [earliestStop] = [...stops].sort((a, b) => a.sequence - b.sequence);
  if (!earliestStop || keys.length === 0) throw new Error('no region was named, or no key was disabled');
  const lastOf = (some: readonly C[]) => Math.max(0, ...some.map((call) => steps.stepOf(call)));
  return {
    verdict: lastOf(evidence(calls)),
    firstStop: lastOf(stops),
    lastKey: lastOf(keys),
    earliestStop,
  };
}

/** The calls that the verdict needs: the budget, and what the journal says of earlier incidents. */
function evidence<C extends Call>(calls: readonly C[]): C[] {
  const firstWrite = calls.findIndex(({ operation }) => operation === 'PutObject');
  const before = firstWrite < 0 ? calls : calls.slice(0, firstWrite);
  return before.filter(
    ({ operation }) => operation === 'GetObject' || operation.startsWith('DescribeBudget'),
  );
}
