import type { OwnersMachines } from './owner-fields.ts';
import type { Incident } from './schema.ts';
import { beginsAt, endOf, lifetimeOf } from './times.ts';

/** The way to a field from the top of the file. */
export type Steps = readonly (string | number)[];
type Problem = [Steps, string];

/** What is wrong with a field beside another one. */
export function crossProblems(incident: Incident): Problem[] {
  const { owner } = incident;
  return [
    ...owner.machines.flatMap((machines, index) =>
      machineProblems(machines, ['owner', 'machines', index], incident),
    ),
    ...owner.allowances.flatMap((allowance, index): Problem[] => {
      const path: Steps = ['owner', 'allowances', index];
      if ((allowance.at === undefined) === (allowance.atHour === undefined))
        return [[path, 'must have one of at and atHour']];
      const at = beginsAt(allowance, incident);
      return isWithin(at, incident) ? [] : [[path, 'does not begin within the story']];
    }),
    ...(incident.intruder ? intruderProblems(incident.intruder, incident) : []),
  ];
}

function machineProblems(machines: OwnersMachines, path: Steps, incident: Incident): Problem[] {
  const problems: Problem[] = [];
  for (const [date, hour] of [
    ['from', 'fromHour'],
    ['until', 'untilHour'],
  ] as const)
    if (machines[date] !== undefined && machines[hour] !== undefined)
      problems.push([[...path, hour], `is given beside ${date}: keep one of the two`]);
  const { from, until } = lifetimeOf(machines, incident);
  if (until <= from) {
    const end = machines.until === undefined ? 'untilHour' : 'until';
    problems.push([[...path, end], `must be after ${machines.from === undefined ? 'fromHour' : 'from'}`]);
  }
  for (const field of ['from', 'until'] as const) {
    const at = machines[field];
    if (at !== undefined && !isWithin(at, incident))
      problems.push([[...path, field], 'must be within the story']);
  }
  if (machines.weekdays && !machines.daily)
    problems.push([[...path, 'weekdays'], 'needs daily: the hours of those days']);
  return problems;
}

const isWithin = (at: number, incident: Incident) => at >= incident.startsAt && at <= endOf(incident);

function intruderProblems(
  intruder: NonNullable<Incident['intruder']>,
  { owner, lastsDays, skipsQuietHours }: Incident,
): Problem[] {
  const problems: Problem[] = [];
  const hours = lastsDays * 24;
  if (skipsQuietHours > 0)
    problems.push([['skipsQuietHours'], 'must be 0 where somebody breaks in: then each look counts']);
  if (intruder.atHour >= hours)
    problems.push([['intruder', 'atHour'], `must be within the ${lastsDays} days of the story`]);
  if (intruder.got === 'leaked-key' && owner.users.includes(intruder.user))
    problems.push([['intruder', 'user'], 'must not be one of the owner’s own users']);
  intruder.steps.forEach((step, index) => {
    const path: Steps = ['intruder', 'steps', index];
    if (step.atMinute > (hours - intruder.atHour) * 60)
      problems.push([[...path, 'atMinute'], 'is after the end of the story']);
    if (step.do === 'group' && (step.desired > step.max || step.desired < step.min))
      problems.push([[...path, 'desired'], 'must lie between min and max']);
    if (step.do === 'group' && step.regions.length === 0) problems.push([path, 'names no region']);
  });
  return problems;
}
