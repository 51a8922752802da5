import type { LifecycleRule } from '@aws-sdk/client-s3';

const DAY_MS = 86_400_000;

/** What a bucket's lifecycle does to an object of a key. Days are whole ones. */
export interface Expiry {
  /** After its creation. */
  readonly days?: number;
  /** After something else took its place. */
  readonly noncurrentDays?: number;
}

/** @throws Error for a rule that is not simulated. */
export function refuseUnplayedRules(rules: readonly LifecycleRule[]): void {
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
 * When so many days after a moment are over: at the next midnight UTC. In ms since 1970.
 * Source: S3 user guide, "Lifecycle rules: Based on an object's age".
 */
export const expiresAt = (from: number, days = Number.POSITIVE_INFINITY): number =>
  Math.ceil((from + days * DAY_MS) / DAY_MS) * DAY_MS;
