import { describe, it } from 'vitest';
import { expectDisabledNearBound } from './near-bound.ts';

/** The mean ones and the generous ones; all in between are among the long tests. */
const cases = (['one for all', 'reads and changes', 'each operation'] as const).flatMap((buckets) => [
  { buckets, perSecond: 10, burst: 5 },
  { buckets, perSecond: 20, burst: 100 },
]);

describe('1,000 users with two keys each, IAM throttled at a rate that nobody told us', () => {
  it.each(cases)('buckets: $buckets; $perSecond a second, burst $burst', expectDisabledNearBound);
});
