import { expect, test } from 'vitest';
import { killCases, spread } from '../../lab/faults/alarm/cases.ts';
import { played } from '../lab/faults/played.ts';

/** `npm run faults` has a death for each state that one can leave behind; here it is so many worlds of those. */
const CASES = 16;

test('killed and run again it converges, the journal lists every change, and restore puts it back', async () => {
  const { results, problems } = await played((courses) => spread(killCases(courses), CASES));
  expect(problems).toEqual([]);
  expect(results).toHaveLength(CASES);
  for (const { fire, restore } of results)
    for (const judged of [fire, restore]) if (judged) expect(judged.verdict).toBe('killed');
});
