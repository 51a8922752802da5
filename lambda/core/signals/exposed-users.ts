import { QUARANTINE } from '../managed-policies.ts';

/** A user as GetAccountAuthorizationDetails returns it, with only the fields that we need. */
export interface UserDetail {
  readonly UserName?: string | undefined;
  readonly AttachedManagedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined;
}

/** A user that AWS has quarantined, and the policy that AWS used. */
export interface ExposedUser {
  readonly user: string;
  readonly policy: string;
}

/** The policy's name, if it is AWS's own: anybody can give their own policy such a name. */
const quarantineOf = (arn: string): string | undefined =>
  arn.startsWith(QUARANTINE) && /^(?:V\d+)?$/.test(arn.slice(QUARANTINE.length))
    ? arn.split('/').at(-1)
    : undefined;

/** Users whose keys AWS believes to be public: a signal without an event. `policy` is the newest one. */
export const exposedUsers = (users: readonly UserDetail[]): ExposedUser[] =>
  users.flatMap(({ UserName, AttachedManagedPolicies = [] }) => {
    const policy = AttachedManagedPolicies.flatMap(({ PolicyArn = '' }) => quarantineOf(PolicyArn) ?? [])
      .sort()
      .at(-1);
    return UserName && policy ? [{ user: UserName, policy }] : [];
  });
