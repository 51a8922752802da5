import {
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  paginateListAttachedUserPolicies,
} from '@aws-sdk/client-iam';
import type { Action } from '../core/model.ts';
import type { Aws } from '../shell/aws.ts';
import { DENY_ALL } from './iam-deny-all.ts';
import type { RestoreStep } from './kind.ts';
import { restoreEach } from './one-by-one.ts';

/** Takes our deny off, from whichever of the two places it is in, and puts the previous boundary back. */
export const restoreUsers = (
  aws: Aws,
  actions: readonly Action[],
  dryRun: boolean,
): AsyncGenerator<RestoreStep> =>
  restoreEach(actions, { gone: ['NoSuchEntityException'] }, (action) => restoreUser(aws, action, dryRun));

async function restoreUser(aws: Aws, action: Action, dryRun: boolean): Promise<RestoreStep> {
  const UserName = action.id;
  const undone: string[] = [];
  if (await isAttached(aws, UserName)) {
    if (!dryRun)
      await aws.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: DENY_ALL }), aws.options);
    undone.push('AWSDenyAll detached');
  }
  const { User } = await aws.iam.send(new GetUserCommand({ UserName }), aws.options);
  if (User?.PermissionsBoundary?.PermissionsBoundaryArn === DENY_ALL) {
    const PermissionsBoundary = action.before['boundary'];
    if (!dryRun)
      await (typeof PermissionsBoundary === 'string'
        ? aws.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }), aws.options)
        : aws.iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }), aws.options));
    undone.push(
      typeof PermissionsBoundary === 'string'
        ? `boundary ${PermissionsBoundary} put back`
        : 'boundary removed',
    );
  }
  if (undone.length === 0) return { action, status: 'unchanged', detail: 'is not denied' };
  return { action, status: 'restored', detail: `${undone.join(', ')}${dryRun ? ' (would be)' : ''}` };
}

async function isAttached(aws: Aws, UserName: string): Promise<boolean> {
  for await (const page of paginateListAttachedUserPolicies({ client: aws.iam }, { UserName }, aws.options))
    if (page.AttachedPolicies?.some((policy) => policy.PolicyArn === DENY_ALL)) return true;
  return false;
}
