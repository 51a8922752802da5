import { QUARANTINE } from '../managed-policies.ts';

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

/** The policy's name, of AWS's own quarantine policies only: anybody can give a policy of their own such a name. */
const quarantineOf = (arn: string): string | undefined =>
  arn.startsWith(QUARANTINE) && /^(?:V\d+)?$/.test(arn.slice(QUARANTINE.length))
    ? arn.split('/').at(-1)
    : undefined;

/** Users whose keys AWS itself holds to be public: a signal that needs no event. The newest policy is named. */
export const exposedUsers = (users: readonly UserDetail[]): ExposedUser[] =>
  users.flatMap(({ UserName, AttachedManagedPolicies = [] }) => {
    const policy = AttachedManagedPolicies.flatMap(({ PolicyArn = '' }) => quarantineOf(PolicyArn) ?? [])
      .sort()
      .at(-1);
    return UserName && policy ? [{ user: UserName, policy }] : [];
  });
