import { expect, test } from 'vitest';
import { killCases } from '../../lab/faults/alarm/cases.ts';
import { spread } from '../../lab/faults/disturbing/fault-case.ts';
import { played } from '../lab/faults/played.ts';

const AGAINST_HANGING = { timeout: 900_000 };
/** `npm run faults` has a kill for each state that it can leave behind; here so many of those are played. */
const CASES = 16;

test(
  'killed and run again it converges, the journal lists every change, and restore puts it back',
  AGAINST_HANGING,
  async () => {
    const { results, problems } = await played((courses) => spread(killCases(courses), CASES));
    expect(problems).toEqual([]);
    expect(results).toHaveLength(CASES);
    for (const { fire, restore } of results)
      for (const judged of [fire, restore]) if (judged) expect(judged.verdict).toBe('killed');
  },
);
