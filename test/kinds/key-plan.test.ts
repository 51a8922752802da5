import { describe, expect, test } from 'vitest';
import { planPage } from '../../lambda/contain/planning.ts';
import { GLOBAL, type Resource } from '../../lambda/core/model.ts';
import { Exemptions } from '../../lambda/core/policy/exemption.ts';
import { allowlist, type Caller, DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { iamAccessKey } from '../../lambda/kinds/iam-access-key/index.ts';

const key = {
  kind: 'iam-access-key',
  scope: GLOBAL,
  id: 'AKIAAAAAAAAAAAAAAAAA',
  facts: {
    user: 'alice',
    userArn: 'arn:aws:iam::123456789012:user/alice',
    created: null,
    denied: false,
    boundary: null,
    siblings: ['AKIAAAAAAAAAAAAAAAAA'],
  },
  owner: { kind: 'iam-user', scope: GLOBAL, id: 'alice' },
};
const NOBODY: Caller = { exemptKeys: new Set(), unknown: false };

/** The engine's plan of a page of keys. */
async function plan(
  page: readonly Resource[],
  {
    allow = {},
    policy = {},
    caller = NOBODY,
    newSince,
  }: {
    newSince?: number;
    allow?: Parameters<typeof allowlist>[0];
    policy?: Partial<Policy>;
    caller?: Caller;
  } = {},
) {
  const kindNamed = byName(allKinds);
  const lists = policy.exposed ? {} : allow; // as in the engine: the allowlist does not protect exposed keys
  const exemptions = new Exemptions(kindNamed, {
    allow: allowlist(lists),
    caller,
    self: [],
    ...(newSince === undefined ? {} : { newSince: () => newSince }),
  });
  const context = {
    policy: { ...DEFAULT_POLICY, ...policy },
    isCallerUnknown: caller.unknown,
    exemption: (ref: Parameters<Exemptions['of']>[0]) => exemptions.of(ref),
    incidentOpenedAt: 0,
    acted: new Set<string>(),
    seen: new Set<string>(),
  };
  const deed = await iamAccessKey.load();
  return planPage({ kind: iamAccessKey, deed, kindNamed, exemptions, context }, page);
}

test.each([['alice'], ['Alice'], ['arn:aws:iam::123456789012:user/Alice']])(
  'allow.users %s means alice',
  async (user) => {
    expect(await plan([key], { allow: { users: [user] } })).toMatchObject([{ id: key.id, skip: 'allowed' }]);
  },
);

test('another user is not alice', async () => {
  expect((await plan([key], { allow: { users: ['alicia'] } })).map((planned) => planned.kind)).toEqual([
    'iam-user',
    'iam-access-key',
  ]);
});

describe('a key that is younger than the incident and a day, of a user on the allowlist', () => {
  const newSince = Date.UTC(2026, 0, 19, 9);
  const made = (id: string, at: number) => ({
    ...key,
    id,
    facts: {
      ...key.facts,
      created: new Date(at).toISOString(),
      siblings: ['AKIAOLD', 'AKIANEW'],
    },
  });
  const page = [made('AKIAOLD', newSince - 1), made('AKIANEW', newSince)];

  test('is disabled alone: its user is not denied, the other key stays, and the plan says why', async () => {
    const planned = await plan(page, { allow: { users: ['alice'] }, newSince });
    expect(planned).toHaveLength(3);
    expect(planned).toMatchObject([
      { id: 'AKIAOLD', skip: 'allowed', reason: 'its user alice is on the allowlist' },
      { kind: 'iam-user', id: 'alice', skip: 'protected-user', reason: expect.stringMatching(/36 hours/) },
      {
        id: 'AKIANEW',
        verb: 'disable',
        notSpared: expect.stringMatching(
          /alice is on the allowlist, .* made 2026-01-19 09:00 UTC, .*only .* allow\.accessKeys/,
        ),
      },
    ]);
    // Nothing to wait for: no deny comes before it.
    expect(planned[2]).not.toHaveProperty('after');
  });

  test('is spared where it is named itself', async () => {
    const allow = { users: ['alice'], accessKeys: ['AKIANEW'] };
    expect(await plan(page, { allow, newSince })).toMatchObject([
      { id: 'AKIAOLD', skip: 'allowed' },
      { id: 'AKIANEW', skip: 'allowed', reason: 'on the allowlist (user alice)' },
    ]);
  });

  test('is disabled without a word about its user where only its sibling is named', async () => {
    const planned = await plan(page, { allow: { accessKeys: ['AKIAOLD'] }, newSince });
    expect(planned).toMatchObject([
      { id: 'AKIAOLD', skip: 'allowed' },
      { id: 'alice', skip: 'protected-user' },
      { id: 'AKIANEW', verb: 'disable' },
    ]);
    expect(planned[2]).not.toHaveProperty('notSpared');
  });
});

test.each([
  ['is denied, no matter who disabled its keys', {}, {}, { verb: 'deny' }],
  ['is left alone where only keys are disabled', {}, { quarantine: 'keys' }, { skip: 'at-rest' }],
  ['on the allowlist is exempt', { users: new Set(['alice']) }, {}, { skip: 'allowed' }],
  ['with an exempt key is not denied', { accessKeys: new Set([key.id]) }, {}, { skip: 'protected-user' }],
] as const)('a user without an active key %s', async (_, allow, policy, expected) => {
  const user = { ...key, kind: 'iam-user', id: 'alice', isAtRest: true as const };
  expect(await plan([user], { allow, policy })).toMatchObject([
    { kind: 'iam-user', id: 'alice', ...expected },
  ]);
});

test('a user with an active and an inactive key is denied once', async () => {
  const user = { ...key, kind: 'iam-user', id: 'alice', isAtRest: true as const };
  const planned = await plan([key, user]);
  expect(planned).toMatchObject([
    { kind: 'iam-user', id: 'alice', verb: 'deny' },
    { kind: 'iam-access-key', id: key.id, verb: 'disable', after: { kind: 'iam-user', id: 'alice' } },
  ]);
});

describe('where AWS reports keys as exposed', () => {
  const sibling = { ...key, id: 'AKIABBBBBBBBBBBBBBBB' };
  const of = (name: string) => ({
    ...key,
    id: `AKIA${name}`,
    facts: { ...key.facts, user: name, siblings: [`AKIA${name}`] },
    owner: { ...key.owner, id: name },
  });
  const planned = async (
    exposed: { accessKeys?: string[]; users?: string[] },
    users: string[] = [],
    caller: Partial<Caller> = {},
  ) => {
    const reported = {
      accessKeys: new Set(exposed.accessKeys ?? []),
      users: new Set(exposed.users ?? []),
    };
    const page = [
      key,
      sibling,
      of('bob'),
      { ...of('carol'), kind: 'iam-user', id: 'carol', isAtRest: true as const },
    ];
    const found = await plan(page, {
      allow: { users },
      policy: { exposed: reported },
      caller: { ...NOBODY, ...caller },
    });
    return found.map((each) => ('verb' in each ? `${each.verb} ${each.id}` : `${each.skip} ${each.id}`));
  };

  test.each([
    ['a key', { accessKeys: [key.id] }, ['deny alice', `disable ${key.id}`]],
    ['a user', { users: ['Alice'] }, ['deny alice', `disable ${key.id}`, `disable ${sibling.id}`]],
    ['a user without an active key', { users: ['carol'] }, ['deny carol']],
    ['an inactive key', { accessKeys: ['AKIAcarol'] }, ['deny carol']],
    ['none', {}, []],
    ['a key and a user that are gone', { accessKeys: ['AKIAGONE'], users: ['gone'] }, []],
  ])('(%s) only these are touched', async (_, exposed, expected) => {
    expect(await planned(exposed)).toEqual(expected);
  });

  test('the allowlist does not protect them', async () => {
    expect(await planned({ accessKeys: [key.id] }, ['alice'])).toEqual(['deny alice', `disable ${key.id}`]);
  });

  test('the key that signs this run is exempt, and so is its user', async () => {
    const caller = { exemptKeys: new Set([key.id]), exemptUser: 'alice' };
    expect(await planned({ accessKeys: [key.id] }, [], caller)).toEqual([`caller ${key.id}`]);
  });
});
