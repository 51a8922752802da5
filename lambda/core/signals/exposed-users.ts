import { awsPolicyName, QUARANTINE } from '../aws-names.ts';

/** What GetAccountAuthorizationDetails says of a user, as far as it is needed here. */
export interface UserDetail {
  readonly UserName?: string | undefined;
  readonly AttachedManagedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined;
}

/** A user whom AWS has quarantined, and the policy that it used. */
export interface ExposedUser {
  readonly user: string;
  readonly policy: string;
}

/**
 * AWS attaches one of these to a user whose key it has found in public. Only AWS's own policies count, by ARN: anybody
 * can give a policy of his own such a name. Source: AWS Managed Policy Reference Guide, AWSCompromisedKeyQuarantine,
 * …V2, …V3.
 */
const QUARANTINES = new RegExp(`^${QUARANTINE}(?:V[23])?$`);

/** Users whose keys AWS itself holds to be public: a signal that needs no event. The newest policy is named. */
export const exposedUsers = (users: readonly UserDetail[]): ExposedUser[] =>
  users.flatMap(({ UserName, AttachedManagedPolicies = [] }) => {
    const policy = AttachedManagedPolicies.flatMap(({ PolicyArn = '' }) =>
      QUARANTINES.test(PolicyArn) ? awsPolicyName(PolicyArn) : [],
    )
      .sort()
      .at(-1);
    return UserName && policy ? [{ user: UserName, policy }] : [];
  });
