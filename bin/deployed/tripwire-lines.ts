import { minute, monthOf } from '../../lambda/core/calendar.ts';
import { WRITE_EVERY_MS } from '../../lambda/core/tripwire/memory.ts';
import { readingIn } from '../../lambda/core/verdict/budget.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import { spentByMonth } from '../../lambda/core/verdict/late-data.ts';
import type { Status } from '../../lambda/engine/status.ts';
import type { TripwireStatus } from '../../lambda/engine/tripwire-status.ts';
import { accountFlags } from '../terminal/flags.ts';
import { plain } from '../terminal/lines.ts';
import { SCHEDULE_LINK } from './guards.ts';
import type { Link } from './link.ts';
import type { DeployedStack } from './stack.ts';

const MINUTE_MS = 60_000;
const LONGEST_MONTH_MS = 31 * 24 * 60 * MINUTE_MS;
/** How many periods its record may be late before that is a problem. */
const PERIODS = 3;

/** Known spend of this month, US dollars: Budgets is up to a day late, the estimate misses what does not run. */
export function knownSpendUsd({ budget, tripwire }: Status, now: number): number {
  const estimate = (tripwire && estimateUsd(tripwire, now)) ?? 0;
  const month = monthOf(now);
  // A function of an earlier version does not say when it read the budget.
  const evidence = budget && { ...budget.evidence, at: budget.evidence.at ?? now };
  return (evidence && spentByMonth(evidence, { [month]: estimate })[month]) ?? estimate;
}

/** The last estimate, unless it speaks of another month. */
function estimateUsd({ memory }: TripwireStatus, now: number): number | undefined {
  const at = memory?.lastTickAt;
  if (memory === undefined || at === undefined || Math.abs(now - at) > LONGEST_MONTH_MS) return undefined;
  return monthOf(at) === monthOf(now) ? memory.estimateUsd : undefined;
}

const isSoaking = ({ armAt }: TripwireStatus, now: number) => armAt !== undefined && Date.parse(armAt) > now;

/** What becomes of a month that is over its limit while no incident is open for it; undefined where it is not. */
export function alreadyOver(status: Status, now: number): string | undefined {
  const { tripwire, incident, mode } = status;
  const limit = status.budget?.firesAtUsd;
  if (limit === undefined || knownSpendUsd(status, now) < limit) return undefined;
  if (incident && incident.closedAt === undefined) return undefined; // fired, and not restored
  if (!tripwire?.enabled) return `already over, and no look is scheduled: ./killswitch fire${accountFlags()}`;
  if (mode === 'dry-run') return 'already over: it reports so at the next look';
  if (isSoaking(tripwire, now))
    return `already over: it only reports until it is armed at ${minute(tripwire.armAt ?? '')}`;
  const pace = status.budget?.paceUsdPerHour;
  if (pace !== undefined)
    return `already past ${usd(limit)}, and restored: fires when more than ${usd(pace)} an hour runs that is not exempt`;
  return 'already over: it fires at the next look';
}

/** Rows about the scheduled look, for `status`. */
export function tripwireRows(status: Status, now: number): string[][] {
  const { tripwire } = status;
  if (!tripwire) return [['tripwire', 'none in this version: npx cdk deploy']];
  const { enabled, everyMinutes, exhaustWithinHours, warnWithinHours, memory, homeRegions } = tripwire;
  const inForce = tripwire.allowances.filter(({ until }) => until > now);
  return [
    [
      'tripwire',
      enabled
        ? `looks every ${everyMinutes} min; fires when the limit is ${exhaustWithinHours} h away, warns when it is ${warnWithinHours} h away`
        : 'off (tripwire.enabled): only Budgets watches the spend',
    ],
    ['armed', armedText(tripwire, now)],
    ...(memory ? spendRows(status, memory, now) : []),
    ['home', homeRegions.length > 0 ? homeRegions.join(', ') : 'no region is named (homeRegions)'],
    ...inForce.map(({ id, region, usd: amount, until, reason }) => [
      'allowed',
      `${usd(amount)} in ${region} until ${moment(until)}, ${id}: ${plain(reason)}`,
    ]),
    ...(memory?.alertUntil !== undefined && memory.alertUntil > now
      ? [['ALERT', `until ${moment(memory.alertUntil)}: ${plain(memory.alertText ?? 'no reason is given')}`]]
      : []),
    ...(memory?.paceUntil !== undefined && memory.paceUntil > now
      ? [['pace', `looks each minute until ${moment(memory.paceUntil)}, since CloudTrail showed an act`]]
      : []),
  ];
}

function armedText(tripwire: TripwireStatus, now: number): string {
  const { armAt, memory } = tripwire;
  if (isSoaking(tripwire, now)) return `no, it only looks and reports until ${minute(armAt ?? '')}`;
  if (armAt !== undefined) return `since ${minute(armAt)}`;
  return memory ? `since ${moment(memory.since)}` : 'yes';
}

function spendRows(status: Status, memory: NonNullable<TripwireStatus['memory']>, now: number): string[][] {
  const estimate = status.tripwire && estimateUsd(status.tripwire, now);
  const live = status.budget && readingIn(status.budget.evidence);
  const budgets = live ? `; Budgets knows of ${usd(live.actualUsd)}` : '';
  const rates = Object.entries(memory.usdPerHour).filter(([, rate]) => rate > 0);
  const rate = rates.reduce((sum, [, each]) => sum + each, 0);
  const byRegion = rates
    .sort(([, a], [, b]) => b - a)
    .map(([region, each]) => `${plain(region)} ${usd(each)}`);
  return [
    [
      'estimate',
      estimate === undefined ? `none of this month yet${budgets}` : `${usd(estimate)} this month${budgets}`,
    ],
    [
      'rate now',
      rate > 0 ? `${usd(rate)} an hour (${byRegion.join(', ')})` : 'nothing that bills by the hour',
    ],
    ...(rate > 0 ? [['time left', timeLeft(status, rate, now)]] : []),
  ];
}

function timeLeft(status: Status, usdPerHour: number, now: number): string {
  const limit = status.budget?.firesAtUsd;
  if (limit === undefined) return 'unknown: it has no budget';
  const hours = (limit - knownSpendUsd(status, now)) / usdPerHour;
  if (hours <= 0) return `none: ${usd(limit)} are spent`;
  const ms = hours * 60 * MINUTE_MS;
  if (ms > LONGEST_MONTH_MS || monthOf(now + ms) !== monthOf(now))
    return 'the month ends first, at this rate';
  return `${hours < 10 ? hours.toFixed(1) : Math.round(hours)} h at this rate, until ${usd(limit)} are spent`;
}

/** What is wrong with the tripwire's own documents, which everybody with access to the bucket can write. */
export function tripwireProblems({ tripwire }: Status): string[] {
  if (!tripwire) return ['it has no tripwire, only Budgets: npx cdk deploy'];
  const { problem, allowancesProblem } = tripwire;
  return [
    ...(problem ? [`the tripwire's memory cannot be read: ${plain(problem)}`] : []),
    ...(allowancesProblem
      ? [`allowances cannot be read, and count for nothing: ${plain(allowancesProblem)}`]
      : []),
  ];
}

/** Whether the schedule has led to a look lately. `changedAt` is when the stack was deployed, in ms since 1970. */
export function lastTick(tripwire: TripwireStatus, changedAt: number, now: number): Link {
  const { memory, problem, everyMinutes } = tripwire;
  const name = 'last look of the tripwire';
  const overdueMs = WRITE_EVERY_MS + PERIODS * everyMinutes * MINUTE_MS;
  const at = memory?.lastTickAt;
  if (at === undefined) {
    if (problem) return { link: name, ok: false, detail: `unknown: ${plain(problem)}` };
    return now - changedAt < overdueMs
      ? { link: name, ok: true, detail: 'none yet: it was deployed just now' }
      : { link: name, ok: false, detail: 'none yet: look at the schedule, and at the function’s log' };
  }
  const minutes = Math.round((now - at) / MINUTE_MS);
  if (minutes < -PERIODS)
    return {
      link: name,
      ok: false,
      detail: `${moment(at)}, which is in the future: it is forged, or a clock is wrong`,
    };
  return now - at > overdueMs
    ? {
        link: name,
        ok: false,
        detail: `${moment(at)}, ${minutes} min ago: it should look every ${everyMinutes} min, and write that down each hour`,
      }
    : { link: name, ok: true, detail: `${Math.max(0, minutes)} min ago` };
}

/** The links from the schedule to a look: none is expected where the tripwire is off. */
export function tickPath(
  guards: readonly Link[],
  tripwire: TripwireStatus | undefined,
  { changedAt }: DeployedStack,
  now: number,
): Link[] {
  if (!tripwire) return [...guards];
  if (!tripwire.enabled) return guards.filter(({ link }) => link !== SCHEDULE_LINK);
  return [...guards, lastTick(tripwire, changedAt, now)];
}

/** From a document that anybody may have written: JavaScript's time ends in the year 275760. */
const moment = (at: number) => (at <= 8.64e15 ? minute(new Date(at).toISOString()) : 'no valid time');
