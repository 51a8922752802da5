import type { AllowanceCap } from '../allowance-cap.ts';
import { allowedUsd, type Granted } from './allowance.ts';

/** US dollars that may still be allowed this month. */
export const leftUsd = (cap: AllowanceCap, grants: readonly Granted[]): number =>
  Math.max(0, cents(cap.usd) - cents(allowedUsd(grants))) / 100;

/** Whole cents, so that sums of tenths compare as a person would compare them. */
export const cents = (amount: number): number => Math.round(amount * 100);

const EXAMPLE = { usd: 30, hours: 3 };

/**
 * A command that announces work and is not refused: within what the cap leaves. Undefined where it leaves nothing.
 * @param flags which stack, see `flagsOfStack`
 */
export function proposedAllowance(
  cap: AllowanceCap,
  grants: readonly Granted[],
  region: string,
  flags: string,
): string | undefined {
  const usd = Math.min(EXAMPLE.usd, leftUsd(cap, grants));
  const minutes = Math.floor(Math.min(EXAMPLE.hours, cap.hours) * 60);
  if (usd <= 0 || minutes <= 0) return undefined;
  const duration = minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
  return `./killswitch allow ${usd}usd --for ${duration} --region ${region} --reason "my own work"${flags}`;
}
