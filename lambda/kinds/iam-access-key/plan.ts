import { groupBy } from '../../core/group-by.ts';
import { GLOBAL, type Planned, type Resource, type Skip } from '../../core/model.ts';
import type { PlanContext, Policy, Recalled } from '../../core/policy/policy.ts';
import type { Deny } from '../iam-user/facts.ts';
import type { Disable, KeyFacts } from './facts.ts';
import { mostPowerfulFirst } from './order.ts';

/**
 * Every key becomes an action or a skip; each user whose key is disabled gets a deny beside it, unless another
 * of his keys is exempt. The last key of a user waits until his deny has answered or failed: a crash between
 * the two would otherwise leave nothing that leads back to him. The most powerful come first.
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
  const owed = usersIn(context.recalled);
  return [...byUser.values()].flatMap((ofUser) => {
    const [first] = ofUser;
    return first?.kind === 'iam-user' ? planKeyless(first, context, owed) : planUser(ofUser, context);
  });
}

/** Whom earlier runs of this incident locked out, or meant to: a deny may have failed, or its run died. */
const usersIn = (recalled: readonly Recalled[]): ReadonlySet<unknown> =>
  new Set(
    recalled.flatMap(({ kind, id, before }) =>
      kind === 'iam-user' ? id : kind === 'iam-access-key' ? (before?.['user'] ?? []) : [],
    ),
  );

/** No key of his is active: only what an earlier run of this incident owed him is left to do. */
function planKeyless(
  user: Resource<KeyFacts>,
  context: PlanContext,
  owed: ReadonlySet<unknown>,
): Planned<Disable | Deny>[] {
  const { kind, scope, id, facts } = user;
  const ref = { kind, scope, id };
  const isOwed = owed.has(id) || context.policy.exposed !== undefined;
  if (context.policy.quarantine !== 'users' || !isOwed)
    return [{ ...ref, skip: 'at-rest', reason: 'none of his keys is active' }];
  const holdsExempt = facts.siblings.some((key) => isExemptKey(key, context));
  if (holdsExempt || context.isCallerUnknown) return [spared(ref, holdsExempt)];
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
    if (holdsExempt || context.isCallerUnknown) plan.push(spared(owner, holdsExempt));
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

/** IAM keeps user names unique whatever their case, so a name means one user however it is written. */
const isNamed = (users: ReadonlySet<string>, name: string) =>
  [...users].some((user) => user.toLowerCase() === name.toLowerCase());

/** Where only exposed keys are meant, the others are none of this run's business. */
export const isReported = ({ id, facts }: Resource<KeyFacts>, { exposed }: Policy): boolean =>
  exposed === undefined || exposed.accessKeys.has(id) || isNamed(exposed.users, facts.user);

const spared = (owner: Pick<Skip, 'kind' | 'scope' | 'id'>, holdsExempt: boolean): Skip => ({
  ...owner,
  skip: 'protected-user',
  reason: holdsExempt
    ? 'holds an exempt key, so no deny: sessions made with his other keys may live on for up to 36 hours'
    : 'no deny, because it is not known whose temporary credentials run this',
});
