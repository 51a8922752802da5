const AWS_POLICY = 'arn:aws:iam::aws:policy/';

/** ARNs of the managed policies that allow everything, or allow their holder to grant it to themselves. */
export const POWERFUL: readonly string[] = ['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess'].map(
  (name) => `${AWS_POLICY}${name}`,
);

/**
 * The first part of the ARNs of AWS's quarantine policies. AWS attaches one to a user whose key it has found
 * in public. Source: AWS Managed Policy Reference Guide, AWSCompromisedKeyQuarantine, …V2, …V3; …V4 since
 * November 2026.
 */
export const QUARANTINE = `${AWS_POLICY}AWSCompromisedKeyQuarantine`;
