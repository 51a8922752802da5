import { describe, expect, it } from 'vitest';
import { readIncident } from '../../lab/incidents/incident-file.ts';
import { incidentPath } from '../../lab/incidents/index.ts';
import { nobody } from '../../lab/replay/defences/nobody.ts';
import { stackWithAllSignals } from '../../lab/replay/defences/stack.ts';

const AGAINST_HANGING = { timeout: 1_800_000 };
const story = (name: string) => readIncident(incidentPath(name));

describe('the tripwire in a replay', AGAINST_HANGING, () => {
  it.each([
    ['leaked-key', 60],
    ['takeover', 1],
  ])('%s: at most one percent of what nobody’s acting costs', async (name, atMostUsd) => {
    const incident = { ...story(name), lastsDays: name === 'takeover' ? 3 : 2 };
    const { measures, remarks } = await stackWithAllSignals.play(incident);
    const untouched = await nobody.play(story(name));
    expect(measures.dollars).toBeLessThanOrEqual(untouched.measures.dollars / 100);
    expect(measures.dollars).toBeLessThanOrEqual(atMostUsd);
    expect(measures.minutesFromKnowable).toBeLessThanOrEqual(2);
    expect(measures.falseFires).toBe(0);
    expect(remarks.join(' ')).not.toContain('Runs of the function failed');
  });

  it.each(['calm-gpu-afternoon', 'calm-gpu-allowed'])(
    '%s: nothing fires, and one mail warns at most',
    async (name) => {
      const { measures, remarks } = await stackWithAllSignals.play({ ...story(name), lastsDays: 14 });
      expect(measures.falseFires).toBe(0);
      expect(measures.ownWarnings).toBeLessThanOrEqual(1);
      expect(remarks).toEqual([]);
    },
  );
});
