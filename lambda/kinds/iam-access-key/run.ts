import {
  type GroupDetail,
  IAMClient,
  paginateGetAccountAuthorizationDetails,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { isGap } from '../../core/model.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import { asTheyCome } from '../../shell/concurrency.ts';
import type { Deny, DenySessions } from '../iam-user/facts.ts';
import type { Deed } from '../kind.ts';
import { actOnEach } from '../one-by-one.ts';
import type { Disable, KeyFacts } from './facts.ts';
import { keysOf } from './keys-of-user.ts';
import { inOrder, isAdmin, type Listed, takingTurns } from './order.ts';
import { planKeys } from './plan.ts';

const AT_ONCE = 100;
const TOGETHER_MS = 50;

export const iamAccessKeyDeed: Deed<KeyFacts, Disable, Disable | Deny | DenySessions> = {
  /**
   * GetAccountAuthorizationDetails lists users with their policies and boundary in one call; ListUsers would
   * need two more calls for each user. It also lists the groups, which may make users administrators.
   */
  async *discover(aws) {
    const query = { Filter: ['User' as const, 'Group' as const], MaxItems: 1000 };
    const groups = new Map<string, GroupDetail>();
    const last: Listed[] = [];
    for await (const page of paginateGetAccountAuthorizationDetails(
      { client: aws.client(IAMClient) },
      query,
      aws.options,
    )) {
      for (const group of page.GroupDetailList ?? []) groups.set(group.GroupName ?? '', group);
      const listed = (page.UserDetailList ?? []).map((user) => ({ user, admin: isAdmin(user, groups) }));
      const order = inOrder(listed, aws.clock.now());
      last.push(...order.last);
      yield* keysOfAll(aws, order.first);
    }
    yield* keysOfAll(aws, takingTurns(last, aws.clock.now()));
  },

  plan: planKeys,

  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['NoSuchEntityException'] }, ({ id, before }) => {
      const change = { UserName: before.user, AccessKeyId: id, Status: 'Inactive' as const };
      return aws.client(IAMClient).send(new UpdateAccessKeyCommand(change), aws.options);
    }),
};

async function* keysOfAll(aws: Aws, users: readonly Listed[]) {
  for await (const found of asTheyCome(
    users,
    AT_ONCE,
    ({ user, admin }) => keysOf(aws, user, admin),
    () => aws.clock.sleep(TOGETHER_MS),
  )) {
    yield* found.filter(isGap);
    yield found.flatMap((keys) => (isGap(keys) ? [] : keys));
  }
}
