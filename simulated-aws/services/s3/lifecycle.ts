import type { LifecycleRule } from '@aws-sdk/client-s3';

const DAY_MS = 86_400_000;

/** When a bucket's lifecycle expires the object of a key. Whole days. */
export interface Expiry {
  /** After its creation. */
  readonly days?: number;
  /** After a newer version replaced it. */
  readonly noncurrentDays?: number;
}

/** @throws Error for a rule that is not simulated. */
export function refuseOtherRules(rules: readonly LifecycleRule[]): void {
  for (const { Filter, Expiration, Transitions, NoncurrentVersionTransitions } of rules) {
    const { Prefix: _, ...otherFilters } = Filter ?? {};
    const { Days: __, ...otherExpirations } = Expiration ?? {};
    const others = [...Object.values(otherFilters), ...Object.values(otherExpirations)];
    if (
      others.some((one) => one !== undefined) ||
      Transitions?.length ||
      NoncurrentVersionTransitions?.length
    )
      throw new Error('only lifecycle rules that expire a prefix after some days are simulated');
  }
}

/** Of several rules the earliest counts. Source: S3 user guide, "Conflicts in lifecycle configuration". */
export function expiryOf(rules: readonly LifecycleRule[], key: string): Expiry {
  const meant = rules.filter(
    ({ Status, Filter, Prefix }) => Status === 'Enabled' && key.startsWith(Filter?.Prefix ?? Prefix ?? ''),
  );
  const least = (days: readonly (number | undefined)[]) =>
    Math.min(...days.map((one) => one ?? Number.POSITIVE_INFINITY));
  return {
    days: least(meant.map(({ Expiration }) => Expiration?.Days)),
    noncurrentDays: least(meant.map((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays)),
  };
}

/**
 * The next midnight UTC after a number of days from a moment. In ms since 1970.
 * Source: S3 user guide, "Lifecycle rules: Based on an object's age".
 */
export const expiresAt = (from: number, days = Number.POSITIVE_INFINITY): number =>
  Math.ceil((from + days * DAY_MS) / DAY_MS) * DAY_MS;
