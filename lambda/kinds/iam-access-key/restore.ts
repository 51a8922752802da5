import { IAMClient, ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../../shell/calls/aws.ts';
import type { RestoreStep, Undo } from '../kind.ts';
import { restoreEach } from '../one-by-one.ts';
import type { Disable } from './facts.ts';
import { inspectKeys } from './inspect.ts';

/** Activates the given keys again. The person who restores chooses the keys, never the journal. */
export const iamAccessKeyUndo: Undo<Disable> = {
  restore: (aws, actions, dryRun) =>
    restoreEach(actions, { gone: ['NoSuchEntityException'] }, (action) => restoreKey(aws, action, dryRun)),
  inspect: inspectKeys,
};

async function restoreKey(aws: Aws, action: Disable, dryRun: boolean): Promise<RestoreStep> {
  const UserName = action.before.user;
  const iam = aws.client(IAMClient);
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }), aws.options);
  const key = AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === action.id);
  if (!key) return { action, status: 'impossible', detail: 'the key was deleted' };
  if (key.Status === 'Active') return { action, status: 'unchanged', detail: 'is active' };
  const change = new UpdateAccessKeyCommand({ UserName, AccessKeyId: action.id, Status: 'Active' });
  if (!dryRun) await iam.send(change, aws.options);
  return { action, status: 'restored', detail: dryRun ? 'would be active again' : 'active again' };
}
