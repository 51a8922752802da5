import { usd, type Verdict } from '../verdict/decide.ts';
import { type Floor, isBeyond, paceUsdPerHour } from '../verdict/floor.ts';
import type { Estimate } from './estimate.ts';
import { onAlert, type TripwireMemory } from './memory.ts';
import type { Sighting, TripwireRules } from './sighting.ts';
import { described, rateOf, suspects } from './suspects.ts';

const HOUR_MS = 3_600_000;

/** What a tick has worked out of the month; US dollars, and US dollars an hour. */
export interface Figures {
  readonly estimate: Estimate;
  readonly floor: Floor;
  readonly limitUsd: number;
  readonly restUsd: number;
  readonly hoursLeft: number;
  /** In regions that do not answer. */
  readonly unseenUsdPerHour: number;
  readonly said: NonNullable<TripwireMemory['said']>;
}

/** The three rules, and what holds past the floor's end; see docs/adr/0018-tripwire.md. */
export function judge(
  rules: TripwireRules,
  sighting: Sighting,
  memory: TripwireMemory,
  figures: Figures,
): Verdict {
  const { homeRegions, exhaustWithinHours, warnWithinHours } = rules;
  const { estimate, floor, limitUsd, restUsd, hoursLeft, said } = figures;
  const { now } = sighting;
  const spend = `estimated spend ${usd(estimate.usd)} (${actualText(estimate, now)}, and what ran since)`;
  const limit =
    floor.usd > limitUsd ? `${usd(floor.usd)}, the floor since it last fired` : `the limit ${usd(limitUsd)}`;
  if (restUsd <= 0) {
    const reached = `${spend} has reached ${limit}`;
    return isBeyond(floor, estimate.usd)
      ? byPace(reached, rules, sighting, figures)
      : { level: 'fire', reasons: [reached] };
  }
  const isAlert = onAlert(memory, now);
  const strange = suspects(sighting, memory, homeRegions, isAlert);
  const left = `${spend} reaches ${limit} in ${hoursText(hoursLeft)} at this rate`;
  const within = isAlert ? warnWithinHours : exhaustWithinHours;
  const matters = strange.usdPerHour * within >= Math.min(restUsd, limitUsd / 10);
  if (hoursLeft <= within && strange.usdPerHour > 0 && matters)
    return { level: 'fire', reasons: [left, ...strange.reasons] };
  if (hoursLeft <= warnWithinHours && said.warnedAt === undefined && said.firedAt === undefined)
    return { level: 'warn', reasons: [left, ...strange.reasons] };
  return { level: 'calm', reasons: [hoursLeft > warnWithinHours ? `${spend}, ${limit}` : left] };
}

/** Past the floor's end only the pace of what runs tells the owner's machines from an intruder's. */
function byPace(
  reached: string,
  { limitUsd }: TripwireRules,
  { running }: Sighting,
  { unseenUsdPerHour }: Figures,
): Verdict {
  const questionable = running.filter(({ spared }) => !spared);
  const pace = paceUsdPerHour(limitUsd);
  const own = `the limit’s own pace of ${usd(pace)} an hour`;
  if (rateOf(questionable) + unseenUsdPerHour <= pace)
    return { level: 'calm', reasons: [`${reached}; what runs keeps to ${own}`] };
  return {
    level: 'fire',
    reasons: [
      `${reached}, and what runs is dearer than ${own}`,
      ...(questionable.length > 0 ? [described(questionable)] : []),
      ...(unseenUsdPerHour > 0 ? [`${usd(unseenUsdPerHour)} an hour where no region answers`] : []),
    ],
  };
}

const actualText = ({ actual }: Estimate, now: number): string =>
  actual
    ? `Budgets said ${usd(actual.usd)} ${hoursText((now - actual.at) / HOUR_MS)} ago`
    : 'Budgets has said nothing of this month';

export function hoursText(hours: number): string {
  if (hours === Number.POSITIVE_INFINITY) return 'no time that can be told';
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}
