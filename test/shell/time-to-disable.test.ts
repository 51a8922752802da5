import { describe, it } from 'vitest';
import { expectDisabledNearBound } from './near-bound.ts';

/** The mean ones and the generous ones; all in between are among the long tests. */
const cases = (['one for all', 'reads and changes', 'each operation'] as const).flatMap((buckets) => [
  { buckets, perSecond: 10, capacity: 5 },
  { buckets, perSecond: 20, capacity: 100 },
]);

describe('1,000 users with two keys each, IAM throttled at an undocumented rate', () => {
  it.each(cases)('buckets: $buckets; $perSecond a second, capacity $capacity', expectDisabledNearBound);
});
