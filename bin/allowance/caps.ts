import type { AllowanceCap } from '../../lambda/core/allowance-cap.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { allowedUsd, type Granted } from '../../lambda/core/tripwire/allowance.ts';
import { cents, leftUsd } from '../../lambda/core/tripwire/proposed-allowance.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import type { AllowanceRequest } from './parsing.ts';

/**
 * The function counts no more than the cap that it was deployed with. Whoever is promised more begins work that is then
 * stopped.
 * @throws InputError naming each field that exceeds the cap, and the fix.
 */
export function refuseBeyondCap(
  { usd: wanted, durationMs }: AllowanceRequest,
  cap: AllowanceCap,
  grants: readonly Granted[],
): void {
  const left = leftUsd(cap, grants);
  const already = allowedUsd(grants) > 0 ? `, of which ${usd(allowedUsd(grants))} are already allowed` : '';
  const longest = cap.hours * 3_600_000;
  const problems = [
    cents(wanted) > cents(left)
      ? `amount: ${usd(wanted)} is more than is left: allowances may come to ${usd(cap.usd)} a month${already}. ` +
        (left > 0 ? `Ask for ${usd(left)} at most, or raise` : 'Raise') +
        ' allowance.maxUsd in the settings and npx cdk deploy'
      : '',
    durationMs > longest
      ? `--for: ${durationText(durationMs)} is longer than an allowance lasts. Ask for ${durationText(longest)} at most, or raise allowance.maxHours in the settings and npx cdk deploy`
      : '',
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new InputError(problems);
}

/** `3h`, `90m` as `1h30m`; rounded to minutes. */
export function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours > 0 ? `${hours}h` : ''}${rest > 0 || hours === 0 ? `${rest}m` : ''}`;
}
