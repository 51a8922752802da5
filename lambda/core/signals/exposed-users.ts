import { DENY_ALL, quarantineVersion } from '../managed-policies.ts';

/** A user as GetAccountAuthorizationDetails returns it, with only the fields that we need. */
export interface UserDetail {
  readonly UserName?: string | undefined;
  readonly AttachedManagedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string | undefined } | undefined;
}

/** A user that AWS has quarantined, and the policy that AWS used. */
export interface ExposedUser {
  readonly user: string;
  readonly policy: string;
  /** Whether the user is denied everything: as the kill switch does it, until somebody restores the user. */
  readonly isDenied: boolean;
}

/** Users whose keys AWS believes to be public: a signal without an event. `policy` is the newest one. */
export const exposedUsers = (users: readonly UserDetail[]): ExposedUser[] =>
  users.flatMap(({ UserName, AttachedManagedPolicies = [], PermissionsBoundary }) => {
    const [newest] = AttachedManagedPolicies.flatMap(({ PolicyArn = '' }) => {
      const version = quarantineVersion(PolicyArn);
      return version === undefined ? [] : { version, policy: PolicyArn.split('/').at(-1) ?? PolicyArn };
    }).sort((a, b) => b.version - a.version);
    const isDenied =
      PermissionsBoundary?.PermissionsBoundaryArn === DENY_ALL ||
      AttachedManagedPolicies.some(({ PolicyArn }) => PolicyArn === DENY_ALL);
    return UserName && newest ? [{ user: UserName, policy: newest.policy, isDenied }] : [];
  });
