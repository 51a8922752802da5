const AWS_POLICY = 'arn:aws:iam::aws:policy/';

/** Denies everything: whoever is denied by it cannot take it off. */
export const DENY_ALL = `${AWS_POLICY}AWSDenyAll`;

/** Managed policies that let their holder do everything, or give themselves everything; by ARN. */
export const POWERFUL: readonly string[] = ['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess'].map(
  (name) => `${AWS_POLICY}${name}`,
);

/**
 * The first part of the ARNs of AWS's quarantine policies. AWS attaches one to a user whose key it has found
 * in public. Source: AWS Managed Policy Reference Guide, AWSCompromisedKeyQuarantine, …V2, …V3; …V4, made on
 * 6 November 2026.
 */
export const QUARANTINE = `${AWS_POLICY}AWSCompromisedKeyQuarantine`;

/**
 * The version in the ARN of a quarantine policy, 1 where it has none; undefined for any other policy. AWS adds
 * versions without notice, so each `V<number>` counts. Nobody else can make a policy in AWS's own namespace.
 */
export function quarantineVersion(arn: string): number | undefined {
  const suffix = arn.startsWith(QUARANTINE) ? arn.slice(QUARANTINE.length) : undefined;
  if (suffix === '') return 1;
  const version = /^V(\d+)$/.exec(suffix ?? '')?.[1];
  return version === undefined ? undefined : Number(version);
}
