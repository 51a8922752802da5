import type { Mode, Verb } from './model.ts';

/** An IAM action, alone or narrowed by condition keys and resources. IAM's names and the API's names differ. */
export interface Grant {
  readonly action: string;
  /** `StringEquals`-style conditions: operator → key → allowed values. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** API operations that this action authorizes, when the name differs (DescribeBudget is budgets:ViewBudget). */
  readonly operations?: readonly string[];
}

/** What a kind needs: the single source for the role, the CLI policies, docs/kinds.md and the contract tests. */
export interface Permissions {
  readonly discover: readonly Grant[];
  readonly act: Partial<Record<Verb, readonly Grant[]>>;
  readonly restore: readonly Grant[];
}

/** The verbs that a policy can reach; anything else stays out of the role. */
export function verbsOf(policy: {
  mode: Mode;
  terminateElsewhere: boolean;
  unstoppable: 'report' | 'terminate';
  quarantine: 'keys' | 'users';
}): ReadonlySet<Verb> {
  if (policy.mode === 'dry-run') return new Set();
  // `terminate` is reached in every mode that acts: one-time spot instances cannot be stopped (API_StopInstances).
  const verbs = new Set<Verb>(['stop', 'terminate', 'unprotect', 'disable', 'suspend', 'scale-in', 'cancel']);
  if (policy.quarantine === 'users') verbs.add('deny');
  return verbs;
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
