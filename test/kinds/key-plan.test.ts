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
