import { usdPerHour } from '../../simulated-aws/core/prices.ts';
import { WEEKDAYS } from './fields.ts';
import type { OwnersMachines } from './owner-fields.ts';
import type { Incident } from './schema.ts';

type Story = Pick<Incident, 'startsAt' | 'lastsDays'>;

/** From one moment to another, in ms since 1970. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const endOf = ({ startsAt, lastsDays }: Story): number => startsAt + lastsDays * DAY_MS;

/** When an allowance begins, in ms since 1970. */
export const beginsAt = (
  { at, atHour = 0 }: Pick<Incident['owner']['allowances'][number], 'at' | 'atHour'>,
  { startsAt }: Story,
): number => at ?? startsAt + atHour * HOUR_MS;

/** From the launch of the owner's machines to their end. */
export function lifetimeOf({ from, fromHour = 0, until, untilHour }: OwnersMachines, story: Story): Period {
  const byHour = untilHour === undefined ? endOf(story) : story.startsAt + untilHour * HOUR_MS;
  return { from: from ?? story.startsAt + fromHour * HOUR_MS, until: until ?? byHour };
}

/** When the owner wants these machines to run, in order and without overlap. */
export function workingHours(machines: OwnersMachines, story: Story): Period[] {
  const life = lifetimeOf(machines, story);
  const wanted = machines.daily ? eachDay(machines, machines.daily, life) : [life];
  return machines.off.reduce<Period[]>((left, off) => left.flatMap((each) => without(each, off)), wanted);
}

function eachDay(
  { weekdays = [...WEEKDAYS] }: OwnersMachines,
  [on, off]: readonly [number, number],
  life: Period,
): Period[] {
  const hours = off > on ? off - on : off - on + 24;
  const periods: Period[] = [];
  // From the day before: its night may reach into the first day.
  for (let day = Math.floor(life.from / DAY_MS) * DAY_MS - DAY_MS; day < life.until; day += DAY_MS) {
    if (!weekdays.includes(WEEKDAYS[new Date(day).getUTCDay()] as (typeof WEEKDAYS)[number])) continue;
    const from = Math.max(life.from, day + on * HOUR_MS);
    const until = Math.min(life.until, day + (on + hours) * HOUR_MS);
    if (until > from) periods.push({ from, until });
  }
  return periods;
}

const without = ({ from, until }: Period, off: Period): Period[] =>
  [
    { from, until: Math.min(until, off.from) },
    { from: Math.max(from, off.until), until },
  ].filter((left) => left.until > left.from);

/** What AWS bills for what the owner wants to run in a period, in US dollars, where nothing stops it. */
export function plannedUsd({ owner, ...story }: Incident, { from, until }: Period): number {
  return owner.machines.reduce((sum, machines) => {
    const { type, region, count, billedUsdPerHour } = machines;
    const each = billedUsdPerHour ?? usdPerHour(type, region, 'on-demand');
    const hours = workingHours(machines, story).reduce(
      (total, work) => total + Math.max(0, Math.min(work.until, until) - Math.max(work.from, from)) / HOUR_MS,
      0,
    );
    return sum + count * each * hours;
  }, 0);
}
