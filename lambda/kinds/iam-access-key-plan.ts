import { groupBy } from '../core/group.ts';
import { type Action, GLOBAL, type Planned, type Resource, type Skip } from '../core/model.ts';
import type { PlanContext } from '../core/policy.ts';
import { mostDangerousFirst } from './iam-access-key-danger.ts';

export type KeyFacts = {
  user: string;
  userArn: string;
  created: string | null;
  /** An explicit deny-all is already in place, as a policy or as the boundary. */
  denied: boolean;
  boundary: string | null;
  /** He may do everything, as far as is known; undefined: not known. Decides the order, nothing else. */
  admin?: boolean;
  /** All key ids of this user, whatever their status. */
  siblings: string[];
};

/**
 * Every key becomes an action or a skip; each user whose key is disabled gets a deny beside it, unless another
 * of his keys is exempt. The last key of a user waits until his deny has answered or failed: a crash between
 * the two would otherwise leave nothing that leads back to him. The most dangerous come first.
 */
export function planKeys(keys: readonly Resource<KeyFacts>[], context: PlanContext): Planned[] {
  const byId = keys.filter((key) => isReported(key, context)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const ordered = mostDangerousFirst(byId, ({ facts }) => ({
    admin: facts.admin ?? false,
    created: facts.created,
  }));
  const byUser = groupBy(ordered, ({ facts }) => facts.user);
  return [...byUser.values()].flatMap((ofUser) => {
    const [first] = ofUser;
    return first?.kind === 'iam-user' ? planKeyless(first, context) : planUser(ofUser, context);
  });
}

/** No key of his is active: only what an earlier run of this incident owed him is left to do. */
function planKeyless(user: Resource<KeyFacts>, context: PlanContext): Planned[] {
  const { kind, scope, id, facts } = user;
  const ref = { kind, scope, id };
  const isOwed = context.owedDenies?.has(id) || context.policy.exposed !== undefined;
  if (context.policy.quarantine !== 'users' || !isOwed)
    return [{ ...ref, skip: 'at-rest', reason: 'none of his keys is active' }];
  const exempt = exemption(user, context);
  if (exempt) return [exempt];
  const holdsExempt = facts.siblings.some((key) => isExemptKey(key, context));
  if (holdsExempt || context.caller.unknown) return [spared(ref, holdsExempt)];
  return [{ ...ref, verb: 'deny', before: { userArn: facts.userArn, boundary: facts.boundary } }];
}

function planUser(keys: readonly Resource<KeyFacts>[], context: PlanContext): Planned[] {
  const first = keys[0];
  if (!first) return [];
  const skips = keys.flatMap((key) => exemption(key, context) ?? []);
  const exempt = new Set(skips.map(({ id }) => id));
  const lost = keys.filter(({ id }) => !exempt.has(id));
  if (lost.length === 0) return skips;

  const { user, denied, boundary, userArn } = first.facts;
  const owner = { kind: 'iam-user', scope: GLOBAL, id: user };
  const holdsExempt = skips.length > 0 || first.facts.siblings.some((id) => isExemptKey(id, context));
  const plan: Planned[] = [...skips];
  let deny: Action | undefined;
  if (context.policy.quarantine === 'users' && !denied) {
    if (holdsExempt || context.caller.unknown) plan.push(spared(owner, holdsExempt));
    else deny = { ...owner, verb: 'deny', before: { userArn, boundary } };
  }
  if (deny) plan.push(deny);
  for (const [at, { kind, scope, id, facts }] of lost.entries()) {
    const after = deny && at === lost.length - 1 ? { after: { kind: 'iam-user', id: user } } : {};
    plan.push({ kind, scope, id, verb: 'disable', before: { user, created: facts.created }, ...after });
  }
  return plan;
}

/** IAM keeps user names unique whatever their case, so a name means one user however it is written. */
const isNamed = (users: ReadonlySet<string>, name: string) =>
  [...users].some((user) => user.toLowerCase() === name.toLowerCase());

/** The allowlist does not speak of what AWS reports as exposed. */
const isExemptKey = (id: string, { policy, caller }: PlanContext) =>
  caller.exemptKeys.has(id) || (!policy.exposed && policy.allow.accessKeys.has(id));

/** Where only exposed keys are meant, the others are none of this run's business. */
const isReported = ({ id, facts }: Resource<KeyFacts>, { policy: { exposed } }: PlanContext) =>
  exposed === undefined || exposed.accessKeys.has(id) || isNamed(exposed.users, facts.user);

function exemption(
  { kind, scope, id, facts }: Resource<KeyFacts>,
  { policy, caller }: PlanContext,
): Skip | undefined {
  const ref = { kind, scope, id };
  const { users, accessKeys } = policy.allow;
  if (caller.exemptKeys.has(id))
    return { ...ref, skip: 'caller', reason: `signs this run (user ${facts.user})` };
  if (caller.exemptUser === facts.user)
    return { ...ref, skip: 'caller', reason: `belongs to ${facts.user}, whose session runs this` };
  if (policy.exposed) return undefined;
  if (accessKeys.has(id)) return { ...ref, skip: 'allowed', reason: `on the allowlist (user ${facts.user})` };
  if (isNamed(users, facts.user) || isNamed(users, facts.userArn))
    return { ...ref, skip: 'allowed', reason: `its user ${facts.user} is on the allowlist` };
  return undefined;
}

const spared = (owner: Pick<Skip, 'kind' | 'scope' | 'id'>, holdsExempt: boolean): Skip => ({
  ...owner,
  skip: 'protected-user',
  reason: holdsExempt
    ? 'holds an exempt key, so no deny: sessions made with his other keys may live on for up to 36 hours'
    : 'no deny, because it is not known whose temporary credentials run this',
});
