import { describe, expect, test } from 'vitest';
import { GLOBAL } from '../../lambda/core/model.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy.ts';
import { planKeys } from '../../lambda/kinds/iam-access-key-plan.ts';

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
};
const context = (users: string[]) => ({
  policy: { ...DEFAULT_POLICY, allow: { ...DEFAULT_POLICY.allow, users: new Set(users) } },
  caller: { exemptKeys: new Set<string>(), unknown: false },
  incidentOpenedAt: 0,
  acted: new Set<string>(),
  seen: new Set<string>(),
});

test.each([['alice'], ['Alice'], ['arn:aws:iam::123456789012:user/Alice']])(
  'allow.users %s means alice',
  (user) => {
    expect(planKeys([key], context([user]))).toMatchObject([{ id: key.id, skip: 'allowed' }]);
  },
);

test('another user is not meant', () => {
  expect(planKeys([key], context(['alicia'])).map((planned) => planned.kind)).toEqual([
    'iam-user',
    'iam-access-key',
  ]);
});

test.each([
  ['whom an earlier run locked out is denied if he is not', ['alice'], {}, { verb: 'deny' }],
  ['of whom no earlier run knows is left as he is', ['bob'], {}, { skip: 'at-rest' }],
  ['on the allowlist is spared', ['alice'], { users: new Set(['alice']) }, { skip: 'allowed' }],
  [
    'who holds an exempt key is spared',
    ['alice'],
    { accessKeys: new Set([key.id]) },
    { skip: 'protected-user' },
  ],
])('a user without an active key %s', (_, owed, allow, expected) => {
  const user = { ...key, kind: 'iam-user', id: 'alice' };
  const { policy, ...rest } = context([]);
  const planned = planKeys([user], {
    ...rest,
    policy: { ...policy, allow: { ...policy.allow, ...allow } },
    owedDenies: new Set(owed),
  });
  expect(planned).toMatchObject([{ kind: 'iam-user', id: 'alice', ...expected }]);
});

describe('where AWS reports keys as exposed', () => {
  const sibling = { ...key, id: 'AKIABBBBBBBBBBBBBBBB' };
  const of = (name: string) => ({ ...key, id: `AKIA${name}`, facts: { ...key.facts, user: name } });
  const planned = (
    exposed: { accessKeys?: string[]; users?: string[] },
    allow: string[] = [],
    caller = {},
  ) => {
    const { policy, caller: nobody, ...rest } = context(allow);
    const reported = {
      accessKeys: new Set(exposed.accessKeys ?? []),
      users: new Set(exposed.users ?? []),
    };
    return planKeys([key, sibling, of('bob'), { ...of('carol'), kind: 'iam-user', id: 'carol' }], {
      ...rest,
      caller: { ...nobody, ...caller },
      policy: { ...policy, exposed: reported },
    }).map((each) => ('verb' in each ? `${each.verb} ${each.id}` : `${each.skip} ${each.id}`));
  };

  test.each([
    ['a key', { accessKeys: [key.id] }, ['deny alice', `disable ${key.id}`]],
    ['a user', { users: ['Alice'] }, ['deny alice', `disable ${key.id}`, `disable ${sibling.id}`]],
    ['a user without a key', { users: ['carol'] }, ['deny carol']],
    ['nobody', {}, []],
    ['somebody who is gone', { accessKeys: ['AKIAGONE'], users: ['gone'] }, []],
  ])('%s, only that is touched', (_, exposed, expected) => {
    expect(planned(exposed)).toEqual(expected);
  });

  test('the allowlist does not speak of them', () => {
    expect(planned({ accessKeys: [key.id] }, ['alice'])).toEqual(['deny alice', `disable ${key.id}`]);
  });

  test('what signs this run is spared, and so is its user', () => {
    const caller = { exemptKeys: new Set([key.id]), exemptUser: 'alice' };
    expect(planned({ accessKeys: [key.id] }, [], caller)).toEqual([`caller ${key.id}`]);
  });
});
