import {
  type GroupDetail,
  paginateGetAccountAuthorizationDetails,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { Gap, Resource } from '../core/model.ts';
import { asTheyCome } from '../shell/concurrency.ts';
import { isAdmin, mostDangerousFirst } from './iam-access-key-danger.ts';
import { keysOf } from './iam-access-key-discover.ts';
import { type KeyFacts, planKeys } from './iam-access-key-plan.ts';
import type { Kind } from './kind.ts';
import { actOnEach } from './one-by-one.ts';

const AT_ONCE = 100;
const TOGETHER_MS = 50;

/**
 * Active access keys of all users. GetAccountAuthorizationDetails lists users with their policies and boundary
 * in one call, where ListUsers would need two more for each user; and the groups, which tell who is dangerous.
 */
export const iamAccessKey: Kind = {
  name: 'iam-access-key',
  title: "IAM users' access keys",
  scope: 'global',
  permissions: {
    discover: [{ action: 'iam:GetAccountAuthorizationDetails' }, { action: 'iam:ListAccessKeys' }],
    act: { disable: [{ action: 'iam:UpdateAccessKey' }] },
    restore: [
      { action: 'iam:ListAccessKeys' },
      { action: 'iam:GetAccessKeyLastUsed' },
      { action: 'iam:UpdateAccessKey' },
    ],
  },

  async *discover(aws) {
    const query = { Filter: ['User' as const, 'Group' as const], MaxItems: 1000 };
    const groups = new Map<string, GroupDetail>();
    for await (const page of paginateGetAccountAuthorizationDetails(
      { client: aws.iam },
      query,
      aws.options,
    )) {
      for (const group of page.GroupDetailList ?? []) groups.set(group.GroupName ?? '', group);
      const users = mostDangerousFirst(
        (page.UserDetailList ?? []).map((user) => ({ user, admin: isAdmin(user, groups) })),
        ({ user, admin }) => ({ admin, created: user.CreateDate?.toISOString() ?? null }),
      );
      for await (const found of asTheyCome(users, AT_ONCE, TOGETHER_MS, ({ user, admin }) =>
        keysOf(aws, user, admin),
      )) {
        for (const gap of found) if (!Array.isArray(gap)) yield gap as Gap;
        yield found.flatMap((keys) => (Array.isArray(keys) ? keys : []));
      }
    }
  },

  plan: (keys, context) => planKeys(keys as Resource<KeyFacts>[], context),

  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['NoSuchEntityException'] }, ({ id, before }) => {
      const change = { UserName: String(before['user']), AccessKeyId: id, Status: 'Inactive' as const };
      return aws.iam.send(new UpdateAccessKeyCommand(change), aws.options);
    }),

  async *restore(...what) {
    yield* (await import('./iam-access-key-restore.ts')).restoreKeys(...what);
  },
};
