import { describe, expect, it } from 'vitest';
import { readIncident } from '../../../lab/incidents/incident-file.ts';
import { incidentPath } from '../../../lab/incidents/index.ts';
import { plannedUsd, workingHours } from '../../../lab/incidents/times.ts';
import { nobody } from '../../../lab/replay/defences/nobody.ts';
import { monthStart } from '../../../simulated-aws/core/ledger.ts';
import { incidentWith } from '../intruder/attacked-account.ts';

const WEB = { name: 'web', region: 'us-east-1', type: 't3.small', count: 1 };

/** The working hours of a machine in a story that begins on Monday, 2 March 2026, as texts. */
function hoursOf(fields: object, lastsDays = 3): string[] {
  const owner = { users: ['owner'], readsMailAfterHours: 24, machines: [{ ...WEB, ...fields }] };
  const incident = incidentWith({ owner, lastsDays });
  const text = (time: number) => new Date(time).toISOString().slice(5, 13);
  return incident.owner.machines.flatMap((machines) =>
    workingHours(machines, incident).map(({ from, until }) => `${text(from)} ${text(until)}`),
  );
}

describe('when the owner’s machines work', () => {
  it.each([
    ['always', {}, ['03-02T00 03-05T00']],
    ['by hours of the story', { fromHour: 1, untilHour: 30 }, ['03-02T01 03-03T06']],
    ['by dates', { from: '2026-03-03T10:00:00Z', until: '2026-03-04' }, ['03-03T10 03-04T00']],
    ['each day', { daily: [8, 20], untilHour: 40 }, ['03-02T08 03-02T20', '03-03T08 03-03T16']],
    [
      'over midnight, and in the first night too',
      { daily: [23, 1] },
      ['03-02T00 03-02T01', '03-02T23 03-03T01', '03-03T23 03-04T01', '03-04T23 03-05T00'],
    ],
    ['on some days', { daily: [2, 8], weekdays: ['wednesday', 'saturday'] }, ['03-04T02 03-04T08']],
    [
      'but for holidays',
      { off: [{ from: '2026-03-02T06:00:00Z', until: '2026-03-04T12:00:00Z' }] },
      ['03-02T00 03-02T06', '03-04T12 03-05T00'],
    ],
  ])('%s', (_, fields, hours) => {
    expect(hoursOf(fields)).toEqual(hours);
  });

  it('cost what the plan says, month by month, where nothing stops them', async () => {
    const year = { ...readIncident(incidentPath('calm-year')), lastsDays: 62 };
    const { months } = (await nobody.play(year)).measures;
    expect(months.map(({ month }) => month)).toEqual(['2025-01', '2025-02', '2025-03']);
    for (const { month, spentUsd } of months.slice(0, 2)) {
      const from = Date.parse(`${month}-01`);
      expect(plannedUsd(year, { from, until: monthStart(from, 1) }) / spentUsd).toBeCloseTo(1, 2);
    }
  });
});
