import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { planPage, refuseExempt } from '../../lambda/contain/planning.ts';
import type { Action, Planned, Resource } from '../../lambda/core/model.ts';
import type { VerbDescriptor } from '../../lambda/core/policy/descriptor.ts';
import { Exemptions } from '../../lambda/core/policy/exemption.ts';
import { allowlist, DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import { type Deed, defineKind, type Kind } from '../../lambda/kinds/kind.ts';

const facts = v.object({});
const words = { done: ['done', 'done'], putBack: ['back', 'back'] } as const;
const verb = (more: Partial<VerbDescriptor> = {}): VerbDescriptor => ({
  grants: [],
  before: facts,
  words,
  ...more,
});
const SCOPE = 'us-east-1';
const fleet = { kind: 'boat-fleet', scope: SCOPE, id: 'red' };
const boat = (id: string) => ({ kind: 'boat', scope: SCOPE, id });
const found = (id: string): Resource => ({ ...boat(id), facts: {}, owner: fleet });

/** A kind that ignores exemptions: it would sink every boat that it sees, and the fleet, too. */
function careless(plan: NonNullable<Deed['plan']>) {
  const boats = defineKind({
    name: 'boat',
    title: 'boats',
    scope: 'regional',
    facts,
    discover: [],
    brings: ['boat-fleet'],
    verbs: { stop: verb(), terminate: verb({ losesState: true }) },
    restore: [],
    load: async () => ({ plan, async *act() {} }),
  });
  const fleets = defineKind({
    name: 'boat-fleet',
    title: 'fleets',
    scope: 'regional',
    facts,
    verbs: { 'scale-in': verb({ endsOwned: true }), suspend: verb() },
    restore: [],
    load: async () => ({ async *act() {} }),
  });
  return { boats, kinds: [boats, fleets] as readonly Kind[] };
}

async function planned(
  page: readonly Resource[],
  plan: NonNullable<Deed['plan']>,
  spared: readonly string[] = [],
  policy: Partial<Policy> = {},
): Promise<Planned[]> {
  const { boats, kinds } = careless(plan);
  const kindNamed = byName(kinds);
  const allow = allowlist({ resources: spared });
  const caller = { exemptKeys: new Set<string>(), unknown: false };
  const exemptions = new Exemptions(kindNamed, { allow, caller, self: [] });
  const context = {
    policy: { ...DEFAULT_POLICY, ...policy },
    isCallerUnknown: false,
    exemption: (ref: Parameters<Exemptions['of']>[0]) => exemptions.of(ref),
    incidentOpenedAt: 0,
    acted: new Set<string>(),
    seen: new Set<string>(),
  };
  return planPage({ kind: boats, deed: await boats.load(), kindNamed, exemptions, context }, page);
}

const act = (ref: { kind: string; scope: string; id: string }, what: Action['verb']): Action => ({
  kind: ref.kind,
  scope: ref.scope,
  id: ref.id,
  verb: what,
  before: {},
});
const said = (plan: readonly Planned[]) =>
  plan.map((each) => `${'verb' in each ? each.verb : each.skip} ${each.kind} ${each.id}`);
const stopAll: NonNullable<Deed['plan']> = (page) => page.map((each) => act(each, 'stop'));

describe('a kind is not asked about what is exempt', () => {
  it('by itself', async () => {
    const seen: string[] = [];
    const plan = await planned(
      [found('a'), found('b')],
      (page) => {
        seen.push(...page.map(({ id }) => id));
        return stopAll(page, {} as never);
      },
      ['boat/us-east-1/a'],
    );
    expect(seen).toEqual(['b']);
    expect(said(plan)).toEqual(['allowed boat a', 'stop boat b']);
  });

  it('because of its owner', async () => {
    const plan = await planned([found('a')], stopAll, ['boat-fleet/us-east-1/red']);
    expect(plan).toMatchObject([
      { skip: 'allowed', reason: 'belongs to something that is on the allowlist' },
    ]);
  });

  it('except about a resource at rest: there its plan is checked', async () => {
    const resting = { ...found('a'), isAtRest: true as const };
    expect(said(await planned([resting], stopAll, ['boat/us-east-1/a']))).toEqual(['allowed boat a']);
    const leaves: NonNullable<Deed['plan']> = (page) =>
      page.map(({ kind, scope, id }) => ({ kind, scope, id, skip: 'at-rest', reason: 'asleep' }));
    expect(said(await planned([resting], leaves, ['boat/us-east-1/a']))).toEqual(['at-rest boat a']);
  });
});

describe('a planned action is refused', () => {
  it('on something exempt that is not in the page', async () => {
    const plan = await planned(
      [found('a')],
      (page) => [...stopAll(page, {} as never), act(boat('x'), 'stop')],
      ['boat/us-east-1/x'],
    );
    expect(said(plan)).toEqual(['stop boat a', 'allowed boat x']);
  });

  it('on the owner of something exempt, if that would end what it owns', async () => {
    const all: NonNullable<Deed['plan']> = () => [act(fleet, 'scale-in'), act(fleet, 'suspend')];
    expect(said(await planned([found('a')], all, ['boat/us-east-1/a']))).toEqual([
      'allowed boat a',
      'allowed boat-fleet red',
      'suspend boat-fleet red',
    ]);
    expect(said(await planned([found('a')], all))).toEqual([
      'scale-in boat-fleet red',
      'suspend boat-fleet red',
    ]);
  });

  it('if stored data would be lost, unless the settings say terminate', async () => {
    const sink: NonNullable<Deed['plan']> = (page) => page.map((each) => act(each, 'terminate'));
    expect(said(await planned([found('a')], sink))).toEqual(['unstoppable boat a']);
    for (const policy of [{ unstoppable: 'terminate' }, { mode: 'terminate' }] as const)
      expect(said(await planned([found('a')], sink, [], policy))).toEqual(['terminate boat a']);
  });

  it('on a kind whose exemptions are unknown', async () => {
    const other = { kind: 'yacht', scope: SCOPE, id: 'a' };
    await expect(planned([found('a')], () => [act(other, 'stop')])).rejects.toThrow(
      'boat acts on yacht, which it does not bring',
    );
  });
});

it('a run about exposed keys leaves out every kind that does not declare what is meant', async () => {
  const exposed = { accessKeys: new Set(['AKIA']), users: new Set<string>() };
  expect(await planned([found('a')], stopAll, [], { exposed })).toEqual([]);
});

it('a further change of something exempt is refused before it is made', () => {
  const { kinds } = careless(stopAll);
  const caller = { exemptKeys: new Set<string>(), unknown: false };
  const allow = allowlist({ resources: ['boat/us-east-1/a'] });
  const exemptions = new Exemptions(byName(kinds), { allow, caller, self: [] });
  expect(() => refuseExempt(exemptions, [boat('b')])).not.toThrow();
  expect(() => refuseExempt(exemptions, [boat('b'), boat('a')])).toThrow('boat/us-east-1/a is exempt');
});
