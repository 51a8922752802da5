import { describe, expect, it } from 'vitest';
import { stackWithAllSignals } from '../../lab/replay/defences/stack.ts';
import type { Course } from '../../lab/replay/playing/measures.ts';
import { incidentWith } from '../lab/intruder/attacked-account.ts';

/** Against hanging only. */
const TIMEOUT = { timeout: 4 * 3_600_000 };
const MINUTE_MS = 60_000;

describe('a calm month’s end', TIMEOUT, () => {
  it('is the same whether quiet hours are played or not', async () => {
    const story = {
      startsAt: '2026-03-31T06:00:00Z',
      lastsDays: 1.5,
      budgetsLooks: 'as-late-as-aws',
      owner: {
        users: ['owner'],
        readsMailAfterHours: 24,
        restoresAfterHours: 2,
        machines: [
          { name: 'web', region: 'us-east-1', type: 't3.small', count: 1 },
          { name: 'build', region: 'us-east-1', type: 'c5.xlarge', count: 1, daily: [18, 21] },
          // $2.42 an hour: it warns, and in the end the limit of $20 is reached.
          {
            name: 'training',
            region: 'us-west-2',
            type: 'g5.2xlarge',
            count: 2,
            from: '2026-04-01T04:00:00Z',
            until: '2026-04-01T17:00:00Z',
          },
        ],
      },
      budgetUsd: 20,
    };
    const whatHappens = ({ marks, measures: { months, warnings } }: Course) => ({
      marks: marks.map(({ kind, at }) => `${kind} ${Math.round(at / (10 * MINUTE_MS))}`),
      months: months.map(({ spentUsd: _, ...rest }) => rest),
      warnings,
    });
    const [each, some] = [
      await stackWithAllSignals.play(incidentWith(story)),
      await stackWithAllSignals.play(incidentWith({ ...story, skipsQuietHours: 6 })),
    ];
    expect(whatHappens(some)).toEqual(whatHappens(each));
    expect(each.marks.map(({ kind }) => kind)).not.toEqual([]);
  });
});
