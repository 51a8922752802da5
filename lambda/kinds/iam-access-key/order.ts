import type { GroupDetail, PolicyDetail, UserDetail } from '@aws-sdk/client-iam';
import { POWERFUL } from '../../core/managed-policies.ts';

const EVERYTHING = new Set(['*', '*:*', 'iam:*', 'ec2:*']);

/** As far as GetAccountAuthorizationDetails tells; we make no further calls for it. */
export interface Power {
  readonly admin: boolean;
  /** When the user or the key was created, as ISO 8601 text, so that it sorts. */
  readonly created: string | null;
}

/**
 * The most powerful first: administrators before others, then the youngest, since intruders create users and
 * keys of their own. We do not ask when a key was last used: GetAccessKeyLastUsed takes one call for each key
 * from IAM's bucket, so disabling all keys would take a third longer. Pure; a permutation of its input;
 * stable.
 */
export function mostPowerfulFirst<T>(items: readonly T[], powerOf: (item: T) => Power): T[] {
  const rated = items.map((item) => ({ item, power: powerOf(item) }));
  rated.sort(
    (a, b) =>
      Number(b.power.admin) - Number(a.power.admin) || compare(b.power.created ?? '', a.power.created ?? ''),
  );
  return rated.map(({ item }) => item);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Judged by attached and inline policies of the user, and of the groups known so far. */
export function isAdmin(user: UserDetail, groups: ReadonlyMap<string, GroupDetail>): boolean {
  const ofGroups = (user.GroupList ?? []).map((name) => groups.get(name));
  const attached = [user, ...ofGroups].flatMap((owner) => owner?.AttachedManagedPolicies ?? []);
  const inline = [user.UserPolicyList, ...ofGroups.map((group) => group?.GroupPolicyList)].flat();
  return attached.some(({ PolicyArn = '' }) => POWERFUL.includes(PolicyArn)) || inline.some(allowsEverything);
}

/** IAM returns documents URL-encoded (API_PolicyDetail). An unreadable one only affects the order. */
function allowsEverything(policy: PolicyDetail | undefined): boolean {
  try {
    const { Statement } = JSON.parse(decodeURIComponent(policy?.PolicyDocument ?? '{}'));
    return [Statement].flat().some((statement) => {
      const actions: unknown[] = statement?.Effect === 'Allow' ? [statement.Action].flat() : [];
      return actions.some((action) => EVERYTHING.has(String(action).toLowerCase()));
    });
  } catch {
    return false;
  }
}
