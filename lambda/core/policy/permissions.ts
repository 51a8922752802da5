import type { Descriptor, Grant, Reach } from './descriptor.ts';

/** What a kind needs to look and to act under these settings; nothing but looking in a dry run. */
export function grantsUnder(kind: Descriptor, settings: Reach): Grant[] {
  const verbs = settings.mode === 'dry-run' ? [] : Object.values(kind.verbs);
  const reached = verbs.filter(({ reachedBy }) => reachedBy?.(settings) ?? true);
  return [...(kind.discover ?? []), ...reached.flatMap(({ grants }) => grants)];
}

/** What the engine needs beside its kinds, on any resource. Narrower grants stand in the template. */
export const ENGINE_GRANTS: readonly Grant[] = [
  { action: 'ec2:DescribeRegions' },
  { action: 'ce:GetCostAndUsage' },
  // Needs no permission to succeed; named so that an explicit deny elsewhere is easy to find.
  { action: 'sts:GetCallerIdentity' },
];

/**
 * What a tick needs beside that, on any resource: what things cost, what GuardDuty found and what CloudTrail's event
 * history holds, how our alarms stand.
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
