import type { Running } from '../../lambda/core/tripwire/estimate.ts';
import type { Sighting, TripwireRules } from '../../lambda/core/tripwire/sighting.ts';

export const LIMIT = 100;
export const RULES: TripwireRules = {
  limitUsd: LIMIT,
  homeRegions: new Set(['us-east-1']),
  exhaustWithinHours: 6,
  warnWithinHours: 24,
};

export const machine = (
  region: string,
  usdPerHour: number,
  launchedAt: number,
  more: Partial<Running> = {},
): Running => ({
  kind: 'ec2-instance',
  id: `i-${region}-${launchedAt}-${usdPerHour}`,
  region,
  type: 'c5.large',
  launchedAt,
  usdPerHour,
  isExempt: false,
  ...more,
});

/** What a tick finds: Budgets has no spend yet, and there are no allowances. */
export const sighting = (
  now: number,
  running: readonly Running[],
  more: Partial<Sighting> = {},
): Sighting => ({ now, running, gaps: [], actualUsd: 0, grants: [], ...more });
