import { groupBy } from '../../core/group-by.ts';
import { GLOBAL, type Planned, type Resource, type Skip } from '../../core/model.ts';
import type { PlanContext, Policy, Recalled } from '../../core/policy/policy.ts';
import type { Deny } from '../iam-user/facts.ts';
import type { Disable, KeyFacts } from './facts.ts';
import { mostPowerfulFirst } from './order.ts';

/**
 * Every key becomes an action or a skip. Each user whose key is disabled also gets a deny, unless another key
 * of the user is exempt. The last key of a user waits for the outcome of the deny: if the run crashed in
 * between, no active key would lead back to the user. The most powerful come first.
 */
export function planKeys(
  keys: readonly Resource<KeyFacts>[],
  context: PlanContext,
): Planned<Disable | Deny>[] {
  const byId = [...keys].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ordered = mostPowerfulFirst(byId, ({ facts }) => ({
    admin: facts.admin ?? false,
    created: facts.created,
  }));
  const byUser = groupBy(ordered, ({ facts }) => facts.user);
  const lockedOut = usersIn(context.recalled);
  return [...byUser.values()].flatMap((ofUser) => {
    const [first] = ofUser;
    return first?.kind === 'iam-user' ? planKeyless(first, context, lockedOut) : planUser(ofUser, context);
  });
}

/** Users that earlier runs of this incident locked out, or tried to: a deny or its run may have failed. */
const usersIn = (recalled: readonly Recalled[]): ReadonlySet<unknown> =>
  new Set(
    recalled.flatMap(({ kind, id, before }) =>
      kind === 'iam-user' ? id : kind === 'iam-access-key' ? (before?.['user'] ?? []) : [],
    ),
  );

/** For a user without an active key: only a missing deny of an earlier run is left to do. */
function planKeyless(
  user: Resource<KeyFacts>,
  context: PlanContext,
  lockedOut: ReadonlySet<unknown>,
): Planned<Disable | Deny>[] {
  const { kind, scope, id, facts } = user;
  const ref = { kind, scope, id };
  const needsDeny = lockedOut.has(id) || context.policy.exposed !== undefined;
  if (context.policy.quarantine !== 'users' || !needsDeny)
    return [{ ...ref, skip: 'at-rest', reason: 'the user has no active key' }];
  const holdsExempt = facts.siblings.some((key) => isExemptKey(key, context));
  if (holdsExempt || context.isCallerUnknown) return [notDenied(ref, holdsExempt)];
  return [{ ...ref, verb: 'deny', before: { userArn: facts.userArn, boundary: facts.boundary } }];
}

function planUser(keys: readonly Resource<KeyFacts>[], context: PlanContext): Planned<Disable | Deny>[] {
  const first = keys[0];
  if (!first) return [];
  const { user, denied, boundary, userArn, siblings } = first.facts;
  const owner = { kind: 'iam-user', scope: GLOBAL, id: user };
  const holdsExempt = siblings.some((id) => isExemptKey(id, context));
  const plan: Planned<Disable | Deny>[] = [];
  let deny: Deny | undefined;
  if (context.policy.quarantine === 'users' && !denied) {
    if (holdsExempt || context.isCallerUnknown) plan.push(notDenied(owner, holdsExempt));
    else deny = { ...owner, verb: 'deny', before: { userArn, boundary } };
  }
  if (deny) plan.push(deny);
  for (const [at, { kind, scope, id, facts }] of keys.entries()) {
    const after = deny && at === keys.length - 1 ? { after: { kind: 'iam-user', id: user } } : {};
    plan.push({ kind, scope, id, verb: 'disable', before: { user, created: facts.created }, ...after });
  }
  return plan;
}

const isExemptKey = (id: string, { exemption }: PlanContext) =>
  exemption({ kind: 'iam-access-key', scope: GLOBAL, id }) !== undefined;

/** Ignores case: IAM user names are unique regardless of case. */
const isNamed = (users: ReadonlySet<string>, name: string) =>
  [...users].some((user) => user.toLowerCase() === name.toLowerCase());

/** Whether the run includes this key: all of them, or only those that AWS reports as exposed. */
export const isReported = ({ id, facts }: Resource<KeyFacts>, { exposed }: Policy): boolean =>
  exposed === undefined || exposed.accessKeys.has(id) || isNamed(exposed.users, facts.user);

const notDenied = (owner: Pick<Skip, 'kind' | 'scope' | 'id'>, holdsExempt: boolean): Skip => ({
  ...owner,
  skip: 'protected-user',
  reason: holdsExempt
    ? 'not denied, since a key of the user is exempt: sessions of the other keys may live for up to 36 hours'
    : 'not denied, since the user behind the temporary credentials that run this is unknown',
});
