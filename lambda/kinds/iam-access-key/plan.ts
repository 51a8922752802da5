import { groupBy } from '../../core/group-by.ts';
import { GLOBAL, isSkip, type Planned, type Resource, type Skip } from '../../core/model.ts';
import type { PlanContext, Policy } from '../../core/policy/policy.ts';
import type { Deny, DenySessions } from '../iam-user/facts.ts';
import type { Disable, KeyFacts } from './facts.ts';
import { mostPowerfulFirst } from './order.ts';

type Plan = Planned<Disable | Deny | DenySessions>;

/**
 * Every key becomes an action or a skip. Each user with a key, active or not, also gets a deny, unless a key of
 * the user is exempt: a session outlives its key, no matter who disabled it. The last key of a user waits for the
 * outcome of the deny, which ends keys and sessions alike. The most powerful come first.
 */
export function planKeys(found: readonly Resource<KeyFacts>[], context: PlanContext): Plan[] {
  const byId = [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ordered = mostPowerfulFirst(byId, ({ facts }) => ({
    admin: facts.admin ?? false,
    created: facts.created,
  }));
  const byUser = groupBy(ordered, ({ facts }) => facts.user);
  return [...byUser.values()].flatMap((ofUser) => {
    const keys = ofUser.filter(({ kind }) => kind === 'iam-access-key');
    const user = planUser(ofUser, context);
    if (context.ending) return endingOrder(keys, user, context);
    const denies = user !== undefined && !isSkip(user);
    const disables = keys.map((key, at) =>
      denies && at === keys.length - 1
        ? { ...disable(key), after: { kind: user.kind, id: user.id } }
        : disable(key),
    );
    return [...(user ? [user] : []), ...disables];
  });
}

const disable = ({ kind, scope, id, facts: { user, created } }: Resource<KeyFacts>): Disable => ({
  ...{ kind, scope, id },
  verb: 'disable',
  before: { user, created },
});

/** What becomes of the user of some keys; undefined where nothing is to be said. */
function planUser(found: readonly Resource<KeyFacts>[], context: PlanContext): Plan | undefined {
  const [first] = found;
  if (!first) return undefined;
  const { user, denied, boundary, userArn, siblings } = first.facts;
  const ref = { kind: 'iam-user', scope: GLOBAL, id: user };
  if (context.policy.quarantine !== 'users') {
    const isListed = found.some(({ kind }) => kind === 'iam-user');
    return isListed ? { ...ref, skip: 'at-rest', reason: 'a key of the user is inactive' } : undefined;
  }
  if (denied) return undefined;
  if (context.ending) return { ...ref, verb: 'deny-sessions', before: { userArn } };
  if (siblings.some((id) => isExemptKey(id, context)))
    return notDenied(ref, `since a key of the user is exempt: ${LIVE_ON}`);
  if (context.exemption(ref)?.code === 'allowed')
    return notDenied(ref, `since the user is on the allowlist: ${LIVE_ON}`);
  if (context.isCallerUnknown)
    return notDenied(ref, 'since the user behind the temporary credentials that run this is unknown');
  return { ...ref, verb: 'deny', before: { userArn, boundary } };
}

/**
 * The caller's own credentials. The deny of its sessions does not reach the key that signs, so it comes first; a
 * session that signs denies itself with it, so there it comes last.
 */
function endingOrder(
  keys: readonly Resource<KeyFacts>[],
  user: Plan | undefined,
  { ending }: PlanContext,
): Plan[] {
  const disables = keys.map(disable);
  if (!user) return disables;
  return user.id.toLowerCase() === ending?.exemptUser?.toLowerCase()
    ? [...disables, user]
    : [user, ...disables];
}

const isExemptKey = (id: string, { exemption }: PlanContext) =>
  exemption({ kind: 'iam-access-key', scope: GLOBAL, id }) !== undefined;

/** Ignores case: IAM user names are unique regardless of case. */
const isNamed = (users: ReadonlySet<string>, name: string) =>
  [...users].some((user) => user.toLowerCase() === name.toLowerCase());

/** Whether the run includes this key or user: all of them, or only those that AWS reports as exposed. */
export function isReported({ kind, id, facts }: Resource<KeyFacts>, { exposed }: Policy): boolean {
  if (exposed === undefined || isNamed(exposed.users, facts.user)) return true;
  // A user is listed for an inactive key: perhaps for the one that is reported.
  const keys = kind === 'iam-user' ? facts.siblings : [id];
  return keys.some((key) => exposed.accessKeys.has(key));
}

const LIVE_ON = 'sessions of the other keys may live for up to 36 hours';

const notDenied = (user: Pick<Skip, 'kind' | 'scope' | 'id'>, why: string): Skip => ({
  ...user,
  skip: 'protected-user',
  reason: `not denied, ${why}`,
});
