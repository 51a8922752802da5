import type { Descriptor, Grant, Reach } from './descriptor.ts';

/** What a kind needs to look and to act under these settings; in a dry run, only to look. */
export function grantsUnder(kind: Descriptor, settings: Reach): Grant[] {
  const verbs = settings.mode === 'dry-run' ? [] : Object.values(kind.verbs);
  const reached = verbs.filter(
    ({ reachedBy, isForCallerOnly }) => !isForCallerOnly && (reachedBy?.(settings) ?? true),
  );
  return [...(kind.discover ?? []), ...reached.flatMap(({ grants }) => grants)];
}

/** What the engine needs beside its kinds, on any resource. The template holds the narrower grants. */
export const ENGINE_GRANTS: readonly Grant[] = [
  { action: 'ec2:DescribeRegions' },
  { action: 'ce:GetCostAndUsage' },
  // It needs no permission; it is named so that an explicit deny elsewhere is easy to find.
  { action: 'sts:GetCallerIdentity' },
];

/**
 * What a tick needs beside that, on any resource: prices, findings of GuardDuty, CloudTrail's event history,
 * and the state of our alarms.
 */
export const TRIPWIRE_GRANTS: readonly Grant[] = [
  { action: 'ec2:DescribeInstanceTypes' },
  { action: 'pricing:GetProducts' },
  { action: 'guardduty:ListDetectors' },
  { action: 'guardduty:ListFindings' },
  { action: 'guardduty:GetFindings' },
  { action: 'cloudtrail:LookupEvents' },
  { action: 'cloudwatch:DescribeAlarms' },
];
