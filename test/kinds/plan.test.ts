import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../lambda/core/model.ts';
import { type PlanContext, verbFor } from '../../lambda/core/policy.ts';
import type { KeyFacts } from '../../lambda/kinds/iam-access-key-plan.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { actionsOf, anyContext, keysOf, worlds } from './worlds.ts';

const planners = kinds.flatMap((kind) => (kind.plan ? [{ name: kind.name, plan: kind.plan }] : []));
const byKey = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function holds(name: string, property: (found: Resource[], context: PlanContext) => void): void {
  const world = worlds[name];
  if (!world) throw new Error(`${name} plans, and nothing says what it may find: add it to worlds.ts`);
  fc.assert(fc.property(world, anyContext, property), { numRuns: 300 });
}

describe.each(planners)('the plan of $name', ({ name, plan }) => {
  it('makes each resource an action or a skip, once; only denies on their owners come in addition', () => {
    holds(name, (found, context) => {
      const planned = plan(found, context);
      const own = planned.filter(({ kind }) => kind === name);
      expect(keysOf(own)).toEqual(keysOf(found));
      const derived = planned.filter(({ kind }) => kind !== name);
      expect(derived.every(({ kind }) => name === 'iam-access-key' && kind === 'iam-user')).toBe(true);
      expect(new Set(keysOf(derived)).size).toBe(derived.length);
    });
  });

  it('is the same for the same findings, in whatever order they came, and survives the journal', () => {
    holds(name, (found, context) => {
      const planned = plan(found, context);
      expect(plan(found, context)).toEqual(planned);
      expect([...plan([...found].reverse(), context)].sort(byKey)).toEqual([...planned].sort(byKey));
      expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
    });
  });

  it('acts on nothing that is on the allowlist, nor on the caller', () => {
    holds(name, (found, context) => {
      const { policy, caller } = context;
      for (const action of actionsOf(plan(found, context))) {
        expect(policy.allow.instances).not.toContain(action.id);
        expect(policy.allow.accessKeys).not.toContain(action.id);
        expect(caller.exemptKeys).not.toContain(action.id);
        expect(action.id).not.toBe(caller.instanceId);
        const user = action.kind === 'iam-user' ? action.id : action.before['user'];
        if (user === undefined) continue;
        expect(user).not.toBe(caller.exemptUser);
        expect(policy.allow.users).not.toContain(user);
        expect(policy.allow.users).not.toContain(`arn:aws:iam::123456789012:user/${user}`);
      }
    });
  });

  it('only uses verbs whose permissions are declared', () => {
    holds(name, (found, context) => {
      for (const { kind, verb } of actionsOf(plan(found, context)))
        expect(kinds.find((each) => each.name === kind)?.permissions.act[verb]).toBeDefined();
    });
  });
});

describe('instances', () => {
  it('are terminated only where that was asked for, or where they cannot be stopped', () => {
    holds('ec2-instance', (found, context) => {
      const { plan } = kinds.find(({ name }) => name === 'ec2-instance') ?? {};
      for (const action of actionsOf(plan?.(found, context) ?? [])) {
        const { spot, instanceStore } = action.before;
        const asked = verbFor(context.policy, action.scope) === 'terminate';
        const unstoppable =
          spot === 'one-time' || (instanceStore === true && context.policy.unstoppable === 'terminate');
        expect(action.verb).toBe(asked || unstoppable ? 'terminate' : 'stop');
      }
    });
  });
});

describe('groups', () => {
  it('that hold an allowlisted machine are never scaled in', () => {
    holds('ec2-auto-scaling-group', (found, context) => {
      const { plan } = kinds.find(({ name }) => name === 'ec2-auto-scaling-group') ?? {};
      for (const { verb, before } of actionsOf(plan?.(found, context) ?? []))
        if ((before['members'] as string[]).some((id) => context.policy.allow.instances.has(id)))
          expect(verb).toBe('suspend');
    });
  });
});

describe('users', () => {
  const { plan } = kinds.find(({ name }) => name === 'iam-access-key') ?? {};

  it('are denied exactly when a key of theirs is disabled, none is exempt, and it is known who runs this', () => {
    holds('iam-access-key', (found, context) => {
      const planned = plan?.(found, context) ?? [];
      const { policy, caller } = context;
      for (const user of new Set(found.map(({ facts }) => facts['user'] as string))) {
        const keys = (found as Resource<KeyFacts>[]).filter(({ facts }) => facts.user === user);
        const lost = actionsOf(planned).filter(
          ({ kind, before }) => kind === 'iam-access-key' && before['user'] === user,
        );
        const isExempt = (id: string) => policy.allow.accessKeys.has(id) || caller.exemptKeys.has(id);
        const wanted =
          policy.quarantine === 'users' &&
          lost.length > 0 &&
          !caller.unknown &&
          keys[0]?.facts.denied === false &&
          !keys.some(({ facts }) => facts.siblings.some(isExempt));
        const denied = actionsOf(planned).some(({ kind, id }) => kind === 'iam-user' && id === user);
        expect(denied).toBe(wanted);
        // The last key goes dark only after the deny: until then it leads back to the user.
        expect(lost.filter(({ after }) => after?.id === user && after.kind === 'iam-user')).toHaveLength(
          denied ? 1 : 0,
        );
      }
    });
  });
});
