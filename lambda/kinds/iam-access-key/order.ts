import type { GroupDetail, PolicyDetail, UserDetail } from '@aws-sdk/client-iam';
import { DENY_ALL, POWERFUL } from '../../core/managed-policies.ts';

/** Whoever has been there for so long was hardly created by an intruder. */
const LONG_MS = 7 * 86_400_000;
const TURN_MS = 60_000;
const OLD_BETWEEN = 3;
/** Multiples of it, taken as parts of a circle, spread evenly, however many there are. */
const GOLDEN_RATIO = 0.6180339887498949;

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

/** A user as listed, and whether they may do everything; undefined where it is not known. */
export interface Listed {
  readonly user: UserDetail;
  readonly admin: boolean | undefined;
}

/** An explicit deny-all is in place, as a policy or as the boundary. */
export const isDenied = ({ AttachedManagedPolicies = [], PermissionsBoundary }: UserDetail): boolean =>
  AttachedManagedPolicies.some(({ PolicyArn }) => PolicyArn === DENY_ALL) ||
  PermissionsBoundary?.PermissionsBoundaryArn === DENY_ALL;

/**
 * In which order the users of a page are asked for their keys, and who is asked after all pages: those who
 * are denied already. A run that its time limit cuts off thus leaves the next one less to do. The listing does
 * not tell who has no key, or who was denied by a run that was cut off before the keys. So old users take
 * turns, each minute another one comes first; and after every third of them comes one who is denied.
 * @param now in ms since 1970. Pure.
 */
export function inOrder(
  users: readonly Listed[],
  now: number,
): { readonly first: readonly Listed[]; readonly last: readonly Listed[] } {
  const open = mostPowerfulFirst(
    users.filter(({ user }) => !isDenied(user)),
    ({ user, admin = false }) => ({ admin, created: user.CreateDate?.toISOString() ?? null }),
  );
  const isUrgent = ({ user, admin = false }: Listed) =>
    admin || now - (user.CreateDate?.getTime() ?? now) < LONG_MS;
  const old = takingTurns(
    open.filter((each) => !isUrgent(each)),
    now,
  );
  const last = takingTurns(
    users.filter(({ user }) => isDenied(user)),
    now,
  );
  const mixed = old.flatMap((each, at) => (at % OLD_BETWEEN === 0 ? [each, ...last.splice(0, 1)] : each));
  return { first: [...open.filter(isUrgent), ...mixed], last };
}

/** The same items, beginning with another one each minute. Pure. */
export function takingTurns<T>(items: readonly T[], now: number): T[] {
  const start = Math.floor(((Math.floor(now / TURN_MS) * GOLDEN_RATIO) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** AWS's own policies; what another one allows is not in the listing. */
const AWS_OWN = 'arn:aws:iam::aws:policy/';

/**
 * Judged by attached and inline policies of the user, and of the groups known so far. Undefined where a policy of the
 * account's own decides, or a group that is not listed yet: to read those would take more pages before the first key is
 * disabled.
 */
export function isAdmin(user: UserDetail, groups: ReadonlyMap<string, GroupDetail>): boolean | undefined {
  const ofGroups = (user.GroupList ?? []).map((name) => groups.get(name));
  const attached = [user, ...ofGroups].flatMap((owner) => owner?.AttachedManagedPolicies ?? []);
  const inline = [user.UserPolicyList, ...ofGroups.map((group) => group?.GroupPolicyList)].flat();
  if (attached.some(({ PolicyArn = '' }) => POWERFUL.includes(PolicyArn)) || inline.some(allowsEverything))
    return true;
  const isUnknown =
    ofGroups.includes(undefined) || attached.some(({ PolicyArn = '' }) => !PolicyArn.startsWith(AWS_OWN));
  return isUnknown ? undefined : false;
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
