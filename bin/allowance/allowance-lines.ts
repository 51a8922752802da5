import type { AllowanceCap } from '../../lambda/core/allowance-cap.ts';
import { minute, monthOf } from '../../lambda/core/calendar.ts';
import { allowedUsd, type Granted } from '../../lambda/core/tripwire/allowance.ts';
import { leftUsd } from '../../lambda/core/tripwire/proposed-allowance.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import { plain, table } from '../terminal/lines.ts';
import { durationText } from './caps.ts';
import type { AllowanceRequest } from './parsing.ts';

/** One sentence: what an allowance that begins now means. `limitUsd` is what the month may cost without any. */
export function meaning(
  request: AllowanceRequest,
  limitUsd: number | undefined,
  grants: readonly Granted[],
  now: number,
): string {
  const until = now + request.durationMs;
  const raised =
    limitUsd === undefined
      ? `this month's limit rises by ${usd(request.usd)}`
      : `this month's limit rises from ${usd(limitUsd + allowedUsd(grants))} to ${usd(limitUsd + allowedUsd(grants) + request.usd)}`;
  const ends =
    monthOf(until) === monthOf(now) ? '' : ', or until the month ends in UTC, which ends every allowance';
  return (
    `For ${durationText(request.durationMs)}, until ${minute(new Date(until).toISOString())}${ends}, work in ${request.region} is yours and may cost ` +
    `${usd(request.usd)}: ${raised}, and at the new limit everything still stops.`
  );
}

/** This month's allowances, and what they leave of the cap. */
export function allowanceLines(grants: readonly Granted[], cap: AllowanceCap, now: number): string[] {
  const rows = grants.map((grant) => [
    grant.id,
    grant.region,
    usd(grant.usd),
    grant.until > now
      ? `until ${minute(new Date(grant.until).toISOString())}`
      : 'over, its dollars still count',
    plain(grant.reason),
  ]);
  return [
    ...(rows.length > 0 ? table(rows) : ['Nothing is allowed beyond the limit this month.']),
    `${usd(leftUsd(cap, grants))} of ${usd(cap.usd)} are left this month, for ${cap.hours} h each at most`,
  ];
}
