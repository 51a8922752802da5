import type { GroupDetail, UserDetail } from '@aws-sdk/client-iam';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DENY_ALL } from '../../lambda/core/managed-policies.ts';
import { GLOBAL } from '../../lambda/core/model.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import {
  inOrder,
  isAdmin,
  isDenied,
  mostPowerfulFirst,
  takingTurns,
} from '../../lambda/kinds/iam-access-key/order.ts';
import { planKeys } from '../../lambda/kinds/iam-access-key/plan.ts';

const powers = fc.array(
  fc.record({
    admin: fc.boolean(),
    created: fc.option(fc.constantFrom('2024-05-01', '2025-12-24', '2026-01-30')),
  }),
);

describe('the order of keys', () => {
  it('keeps each item once, and none comes before a more powerful one', () => {
    fc.assert(
      fc.property(powers, (items) => {
        const ordered = mostPowerfulFirst(items, (item) => item);
        expect(ordered).toHaveLength(items.length);
        expect(new Set(ordered)).toEqual(new Set(items));
        for (const [at, item] of ordered.slice(1).entries()) {
          const before = ordered[at] as (typeof items)[number];
          expect(before.admin || !item.admin).toBe(true);
          if (before.admin === item.admin) expect((before.created ?? '') >= (item.created ?? '')).toBe(true);
        }
      }),
    );
  });

  it('asks everybody once; who is denied comes last, unless many old users come before', () => {
    const listed = fc.array(
      fc.record({ admin: fc.boolean(), denied: fc.boolean(), days: fc.nat({ max: 30 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(listed, fc.nat(), (people, minute) => {
        const now = Date.UTC(2026, 0, 31) + minute * 60_000;
        const users = people.map(({ admin, denied, days }, at) => ({
          admin,
          user: {
            UserName: `user-${at}`,
            CreateDate: new Date(now - days * 86_400_000),
            AttachedManagedPolicies: denied ? [{ PolicyArn: DENY_ALL }] : [],
          },
        }));
        const { first, last } = inOrder(users, now);
        expect(new Set([...first, ...last])).toEqual(new Set(users));
        expect(first.length + last.length).toBe(users.length);
        const isUrgent = (each: (typeof users)[number]) => {
          const { admin = false, days = 0, denied } = people[users.indexOf(each)] ?? {};
          return !denied && (admin || days < 7);
        };
        const urgent = users.filter(isUrgent);
        expect(new Set(first.slice(0, urgent.length))).toEqual(new Set(urgent));
        expect(last.every(({ user: one }) => isDenied(one))).toBe(true);
        const early = first.filter(({ user: one }) => isDenied(one)).length;
        expect(early).toBeLessThanOrEqual(Math.ceil((first.length - urgent.length) / 4));
      }),
    );
  });

  it('lets each come early within 20 minutes, where a run gets through a tenth', () => {
    for (const count of [10, 137, 1_000]) {
      const items = Array.from({ length: count }, (_, at) => at);
      fc.assert(
        fc.property(fc.nat(), (minute) => {
          const reached = new Set(
            Array.from({ length: 20 }, (_, later) =>
              takingTurns(items, (minute + later) * 60_000).slice(0, count / 10),
            ).flat(),
          );
          expect(reached.size).toBe(count);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('does not depend on the order in which keys were listed', () => {
    const keys = fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^AKIA[A-Z]{4}$/),
        user: fc.constantFrom('ann', 'bob'),
        admin: fc.boolean(),
      }),
      { selector: ({ id }) => id, maxLength: 8 },
    );
    fc.assert(
      fc.property(keys, (some) => {
        const planned = planKeys(some.map(key), context).map(({ kind, id }) => `${kind} ${id}`);
        const mirrored = planKeys([...some].reverse().map(key), context).map(
          ({ kind, id }) => `${kind} ${id}`,
        );
        expect(mirrored).toEqual(planned);
      }),
    );
  });

  test('administrators come before others, younger before older, each deny before its keys', () => {
    const planned = planKeys(
      [
        key({ id: 'AKIAOLD', user: 'old', created: '2020-01-01' }),
        key({ id: 'AKIAADMIN', user: 'admin', created: '2021-01-01', admin: true }),
        key({ id: 'AKIANEW1', user: 'new', created: '2025-01-01' }),
        key({ id: 'AKIANEW2', user: 'new', created: '2026-01-01' }),
      ],
      context,
    );
    expect(planned.map(({ id }) => id)).toEqual([
      'admin',
      'AKIAADMIN',
      'new',
      'AKIANEW2',
      'AKIANEW1',
      'old',
      'AKIAOLD',
    ]);
    expect(planned.filter((each) => 'after' in each).map(({ id }) => id)).toEqual([
      'AKIAADMIN',
      'AKIANEW1',
      'AKIAOLD',
    ]);
  });
});

describe('an administrator is recognized', () => {
  const document = (statement: object) => encodeURIComponent(JSON.stringify({ Statement: statement }));
  const attached = (name: string) => ({
    AttachedManagedPolicies: [{ PolicyArn: `arn:aws:iam::aws:policy/${name}` }],
  });
  const inline = (statement: object) => [{ PolicyName: 'own', PolicyDocument: document(statement) }];
  const admins = { GroupName: 'admins', ...attached('AdministratorAccess') };
  const owners = { GroupName: 'owners', GroupPolicyList: inline({ Effect: 'Allow', Action: '*' }) };
  const groups = new Map<string, GroupDetail>([admins, owners].map((group) => [group.GroupName, group]));

  it.each<[string, UserDetail, boolean | undefined]>([
    ['by a managed policy', attached('AdministratorAccess'), true],
    ['by the right to grant themselves everything', attached('IAMFullAccess'), true],
    [
      'by an inline policy',
      { UserPolicyList: inline([{ Effect: 'Allow', Action: ['s3:*', 'iam:*'] }]) },
      true,
    ],
    ['by a group', { GroupList: ['nobody', 'admins'] }, true],
    ["by a group's inline policy", { GroupList: ['owners'] }, true],
    ['not by read access', attached('ReadOnlyAccess'), false],
    ['not by a deny', { UserPolicyList: inline({ Effect: 'Deny', Action: '*' }) }, false],
    ['not by an unreadable document', { UserPolicyList: [{ PolicyDocument: '%%%' }] }, false],
    ['not by a statement of an odd shape', { UserPolicyList: inline([null as unknown as object]) }, false],
    ['not by a similar policy name', attached('NotAdministratorAccess'), false],
    ['perhaps by an unknown group', { GroupList: ['elsewhere'] }, undefined],
    [
      "perhaps by a policy of the account's own, whose content is not listed",
      { AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::123456789012:policy/own' }] },
      undefined,
    ],
  ])('%s', (_, user, expected) => {
    expect(isAdmin(user, groups)).toBe(expected);
  });
});

const key = ({
  id,
  user,
  created = null,
  admin,
}: {
  id: string;
  user: string;
  created?: string | null;
  admin?: boolean;
}) => ({
  kind: 'iam-access-key',
  scope: GLOBAL,
  id,
  facts: {
    user,
    userArn: `arn:aws:iam::123456789012:user/${user}`,
    created,
    denied: false,
    boundary: null,
    siblings: [id],
    ...(admin === undefined ? {} : { admin }),
  },
});
const context = {
  policy: DEFAULT_POLICY,
  isCallerUnknown: false,
  exemption: () => undefined,
  incidentOpenedAt: 0,
  acted: new Set<string>(),
  seen: new Set<string>(),
};
