import { expect, test } from 'vitest';
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
