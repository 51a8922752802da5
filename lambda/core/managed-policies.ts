const AWS_POLICY = 'arn:aws:iam::aws:policy/';

/** Denies everything: whoever is denied by it cannot take it off. */
export const DENY_ALL = `${AWS_POLICY}AWSDenyAll`;

/** Managed policies that let their holder do everything, or give themselves everything; by ARN. */
export const POWERFUL: readonly string[] = ['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess'].map(
  (name) => `${AWS_POLICY}${name}`,
);

/**
 * The first part of the ARNs of AWS's quarantine policies. AWS attaches one to a user whose key it has found
 * in public. Source: AWS Managed Policy Reference Guide, AWSCompromisedKeyQuarantine, …V2, …V3; …V4 since
 * November 2026.
 */
export const QUARANTINE = `${AWS_POLICY}AWSCompromisedKeyQuarantine`;
