import type { GroupDetail, PolicyDetail, UserDetail } from '@aws-sdk/client-iam';
import { POWERFUL } from '../../core/managed-policies.ts';

const EVERYTHING = new Set(['*', '*:*', 'iam:*', 'ec2:*']);

/** As far as GetAccountAuthorizationDetails has told: nobody is asked for more. */
export interface Power {
  readonly admin: boolean;
  /** When the youngest thing of it was created; text of ISO 8601, so that it sorts. */
  readonly created: string | null;
}

/**
 * The most powerful first: who may do everything before others, then whatever is youngest, since intruders make
 * users and keys of their own. When a key was last used is not asked: GetAccessKeyLastUsed takes one call a key
 * from IAM's bucket, and so would disable every key a third later. Pure; a permutation of its input; stable.
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

/** By attached and inline policies, the user's own and those of the groups known so far. */
export function isAdmin(user: UserDetail, groups: ReadonlyMap<string, GroupDetail>): boolean {
  const ofGroups = (user.GroupList ?? []).map((name) => groups.get(name));
  const attached = [user, ...ofGroups].flatMap((owner) => owner?.AttachedManagedPolicies ?? []);
  const inline = [user.UserPolicyList, ...ofGroups.map((group) => group?.GroupPolicyList)].flat();
  return attached.some(({ PolicyArn = '' }) => POWERFUL.includes(PolicyArn)) || inline.some(allowsEverything);
}

/** IAM serves documents URL-encoded (API_PolicyDetail). One that cannot be read changes nothing but the order. */
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
