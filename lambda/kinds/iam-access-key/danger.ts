import type { GroupDetail, PolicyDetail, UserDetail } from '@aws-sdk/client-iam';
import { POWERFUL_NAMES } from '../../core/aws-names.ts';

/** Managed policies with which one can do everything, or give oneself the right to. */
const ADMIN_POLICY = new RegExp(`:policy/(${POWERFUL_NAMES.join('|')})$`);
const EVERYTHING = new Set(['*', '*:*', 'iam:*', 'ec2:*']);

/** As far as GetAccountAuthorizationDetails has told: nobody is asked for more. */
export interface Danger {
  readonly admin: boolean;
  /** When the youngest thing of it was created; text of ISO 8601, so that it sorts. */
  readonly created: string | null;
}

/**
 * The most dangerous first: who may do everything before others, then whatever is youngest, since intruders make
 * users and keys of their own. When a key was last used is not asked: GetAccessKeyLastUsed takes one call a key
 * from IAM's bucket, and so would disable every key a third later. Pure; a permutation of its input; stable.
 */
export function mostDangerousFirst<T>(items: readonly T[], dangerOf: (item: T) => Danger): T[] {
  const rated = items.map((item) => ({ item, danger: dangerOf(item) }));
  rated.sort(
    (a, b) =>
      Number(b.danger.admin) - Number(a.danger.admin) ||
      compare(b.danger.created ?? '', a.danger.created ?? ''),
  );
  return rated.map(({ item }) => item);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** By attached and inline policies, his own and those of the groups known so far. */
export function isAdmin(user: UserDetail, groups: ReadonlyMap<string, GroupDetail>): boolean {
  const ofGroups = (user.GroupList ?? []).map((name) => groups.get(name));
  const attached = [user, ...ofGroups].flatMap((owner) => owner?.AttachedManagedPolicies ?? []);
  const inline = [user.UserPolicyList, ...ofGroups.map((group) => group?.GroupPolicyList)].flat();
  return attached.some(({ PolicyArn = '' }) => ADMIN_POLICY.test(PolicyArn)) || inline.some(allowsEverything);
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
