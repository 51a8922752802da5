import {
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutUserPermissionsBoundaryCommand,
  paginateListAttachedUserPolicies,
} from '@aws-sdk/client-iam';
import { DENY_ALL } from '../../core/managed-policies.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import type { RestoreStep, Undo } from '../kind.ts';
import { restoreEach } from '../one-by-one.ts';
import type { Deny } from './facts.ts';

/** Removes our deny, as a policy or as the boundary, and puts the previous boundary back. */
export const iamUserUndo: Undo<Deny> = {
  restore: (aws, actions, dryRun) =>
    restoreEach(actions, { gone: ['NoSuchEntityException'] }, (action) => restoreUser(aws, action, dryRun)),
};

async function restoreUser(aws: Aws, action: Deny, dryRun: boolean): Promise<RestoreStep> {
  const UserName = action.id;
  const iam = aws.client(IAMClient);
  const undone: string[] = [];
  if (await isAttached(aws, UserName)) {
    if (!dryRun) await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: DENY_ALL }), aws.options);
    undone.push('AWSDenyAll detached');
  }
  const { User } = await iam.send(new GetUserCommand({ UserName }), aws.options);
  if (User?.PermissionsBoundary?.PermissionsBoundaryArn === DENY_ALL) {
    const PermissionsBoundary = action.before.boundary;
    if (!dryRun)
      await (PermissionsBoundary !== null
        ? iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }), aws.options)
        : iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }), aws.options));
    undone.push(
      PermissionsBoundary !== null ? `boundary ${PermissionsBoundary} put back` : 'boundary removed',
    );
  }
  if (undone.length === 0) return { action, status: 'unchanged', detail: 'is not denied' };
  return { action, status: 'restored', detail: `${undone.join(', ')}${dryRun ? ' (would be)' : ''}` };
}

async function isAttached(aws: Aws, UserName: string): Promise<boolean> {
  for await (const page of paginateListAttachedUserPolicies(
    { client: aws.client(IAMClient) },
    { UserName },
    aws.options,
  ))
    if (page.AttachedPolicies?.some((policy) => policy.PolicyArn === DENY_ALL)) return true;
  return false;
}
