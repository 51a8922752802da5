import {
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutUserPermissionsBoundaryCommand,
  paginateListAttachedUserPolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { DENY_ALL } from '../../core/managed-policies.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import type { RestoreStep, Undo } from '../kind.ts';
import { restoreEach } from '../one-by-one.ts';
import type { Deny, DenySessions } from './facts.ts';
import { POLICY_NAME } from './session-policy.ts';

/** Removes our deny, as a policy or as the boundary, and puts the previous boundary back. */
export const iamUserUndo: Undo<Deny | DenySessions> = {
  restore: (aws, actions, dryRun) =>
    restoreEach(actions, { gone: ['NoSuchEntityException'] }, (action) =>
      isOfSessions(action) ? restoreSessions(aws, action, dryRun) : restoreUser(aws, action, dryRun),
    ),
};

const isOfSessions = (action: Deny | DenySessions): action is DenySessions => action.verb === 'deny-sessions';

async function restoreSessions(aws: Aws, action: DenySessions, dryRun: boolean): Promise<RestoreStep> {
  const UserName = action.id;
  const iam = aws.client(IAMClient);
  const isDenied = await has(
    paginateListUserPolicies({ client: iam }, { UserName }, aws.options),
    ({ PolicyNames }) => PolicyNames?.includes(POLICY_NAME),
  );
  if (!isDenied) return { action, status: 'unchanged', detail: 'its sessions are not denied' };
  if (!dryRun)
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: POLICY_NAME }), aws.options);
  return { action, status: 'restored', detail: `${POLICY_NAME} ${dryRun ? 'would be ' : ''}deleted` };
}

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

const isAttached = (aws: Aws, UserName: string): Promise<boolean> =>
  has(
    paginateListAttachedUserPolicies({ client: aws.client(IAMClient) }, { UserName }, aws.options),
    ({ AttachedPolicies }) => AttachedPolicies?.some((policy) => policy.PolicyArn === DENY_ALL),
  );

async function has<P>(pages: AsyncIterable<P>, isIn: (page: P) => boolean | undefined): Promise<boolean> {
  for await (const page of pages) if (isIn(page)) return true;
  return false;
}
