/** Our inline policy on a user whose own sessions are denied. */
export const POLICY_NAME = 'KillswitchDenyOlderSessions';

/**
 * Sessions made until so long after our call are denied, too. A key works for some seconds after it is disabled
 * (4 s measured), and the clock of this machine may be 5 minutes off before the SDK corrects it.
 */
export const NEWEST_DENIED_MS = 6 * 60_000;

/**
 * Denies everything to sessions that were issued before a time, and nothing to the user's long-term keys: only
 * requests with temporary credentials carry `aws:TokenIssueTime`, and a condition on a key that is not there does
 * not match. AWS's console ends the sessions of a role in the same way. What GetSessionToken and
 * GetFederationToken give is bound by its user's policies; so is a session in the console.
 * Sources: IAM user guide, "AWS global condition context keys", "Revoke IAM role temporary security credentials",
 * "Disabling permissions for temporary security credentials".
 * @param time in ms since 1970
 */
export const denyOlderSessions = (time: number): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(time).toISOString() } },
      },
    ],
  });
