import { ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import type { Action } from '../core/model.ts';
import type { Aws } from '../shell/aws.ts';
import type { RestoreStep } from './kind.ts';
import { restoreEach } from './one-by-one.ts';

/** Activates the given keys again. Which keys come back is the caller's choice, never the journal's. */
export const restoreKeys = (
  aws: Aws,
  actions: readonly Action[],
  dryRun: boolean,
): AsyncGenerator<RestoreStep> =>
  restoreEach(actions, { gone: ['NoSuchEntityException'] }, (action) => restoreKey(aws, action, dryRun));

async function restoreKey(aws: Aws, action: Action, dryRun: boolean): Promise<RestoreStep> {
  const UserName = String(action.before['user']);
  const { AccessKeyMetadata = [] } = await aws.iam.send(new ListAccessKeysCommand({ UserName }), aws.options);
  const key = AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === action.id);
  if (!key) return { action, status: 'impossible', detail: 'the key was deleted' };
  if (key.Status === 'Active') return { action, status: 'unchanged', detail: 'is active' };
  const change = new UpdateAccessKeyCommand({ UserName, AccessKeyId: action.id, Status: 'Active' });
  if (!dryRun) await aws.iam.send(change, aws.options);
  return { action, status: 'restored', detail: dryRun ? 'would be active again' : 'active again' };
}
