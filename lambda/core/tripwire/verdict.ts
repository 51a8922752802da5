import { usd, type Verdict } from '../verdict/decide.ts';
import { type Floor, isBeyond, paceUsdPerHour } from '../verdict/floor.ts';
import type { Estimate } from './estimate.ts';
import { onAlert, type TripwireMemory } from './memory.ts';
import type { Sighting, TripwireRules } from './sighting.ts';
import { described, rateOf, suspects } from './suspects.ts';

const HOUR_MS = 3_600_000;

/** What a tick computed of the month; US dollars, and US dollars an hour. */
export interface Figures {
  readonly estimate: Estimate;
  readonly floor: Floor;
  readonly limitUsd: number;
  readonly restUsd: number;
  readonly hoursLeft: number;
  /** The rate that gaps are assumed to have. */
  readonly unseenUsdPerHour: number;
  /** This month's limit has warned or fired, and was not restored since. */
  readonly isSaid: boolean;
}

/** The three rules, and the rule beyond the floor's cap; see docs/adr/0018-tripwire.md. */
export function judge(
  rules: TripwireRules,
  sighting: Sighting,
  memory: TripwireMemory,
  figures: Figures,
): Verdict {
  const { homeRegions, exhaustWithinHours, warnWithinHours, withoutBudgets } = rules;
  const { estimate, floor, limitUsd, restUsd, hoursLeft, isSaid } = figures;
  const { now } = sighting;
  const basis = withoutBudgets
    ? 'what ran, by its prices; no AWS budget is deployed'
    : `${actualText(estimate, now)}, plus what ran since`;
  const spend = `estimated spend ${usd(estimate.usd)} (${basis})`;
  const limit =
    floor.usd > limitUsd ? `${usd(floor.usd)}, the floor since it last fired` : `the limit ${usd(limitUsd)}`;
  if (restUsd <= 0) {
    const reached = `${spend} has reached ${limit}`;
    return isBeyond(floor, estimate.usd)
      ? byPace(reached, rules, sighting, figures)
      : { level: 'fire', reasons: [reached] };
  }
  const isAlert = onAlert(memory, now);
  const suspect = suspects(sighting, memory, homeRegions, isAlert);
  const left = `${spend} reaches ${limit} in ${hoursText(hoursLeft)} at this rate`;
  const within = isAlert ? warnWithinHours : exhaustWithinHours;
  const matters = suspect.usdPerHour * within >= Math.min(restUsd, limitUsd / 10);
  if (hoursLeft <= within && suspect.usdPerHour > 0 && matters)
    return { level: 'fire', reasons: [left, ...suspect.reasons] };
  if (hoursLeft <= warnWithinHours && !isSaid) return { level: 'warn', reasons: [left, ...suspect.reasons] };
  return { level: 'calm', reasons: [hoursLeft > warnWithinHours ? `${spend}, ${limit}` : left] };
}

/** Beyond the floor's cap, only the pace distinguishes the owner's machines from an intruder's. */
function byPace(
  reached: string,
  { limitUsd }: TripwireRules,
  { running }: Sighting,
  { unseenUsdPerHour }: Figures,
): Verdict {
  const questionable = running.filter(({ isExempt }) => !isExempt);
  const pace = paceUsdPerHour(limitUsd);
  const limitPace = `the pace of the limit, ${usd(pace)} an hour`;
  if (rateOf(questionable) + unseenUsdPerHour <= pace)
    return { level: 'calm', reasons: [`${reached}; what runs stays within ${limitPace}`] };
  return {
    level: 'fire',
    reasons: [
      `${reached}, and what runs costs more than ${limitPace}`,
      ...(questionable.length > 0 ? [described(questionable)] : []),
      ...(unseenUsdPerHour > 0 ? [`${usd(unseenUsdPerHour)} an hour in regions that gave no answer`] : []),
    ],
  };
}

const actualText = ({ actual }: Estimate, now: number): string =>
  actual
    ? `Budgets said ${usd(actual.usd)} ${hoursText((now - actual.at) / HOUR_MS)} ago`
    : 'Budgets has no certain figure for this month yet';

export function hoursText(hours: number): string {
  if (hours === Number.POSITIVE_INFINITY) return 'an unknown time';
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}
