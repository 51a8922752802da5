import { IAMClient, ListAccessKeysCommand, type UserDetail } from '@aws-sdk/client-iam';
import { errorFacts, type Gap, GLOBAL, type Resource } from '../../core/model.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import type { KeyFacts } from './facts.ts';
import { isDenied } from './order.ts';

/**
 * A user's active keys, or the reason why they could not be read; a user who is gone has none. If a user without
 * a deny has an inactive key, it returns the user too: somebody was faster, or the deny of an earlier run is
 * missing, and sessions made with that key live on.
 */
export async function keysOf(
  aws: Aws,
  user: UserDetail,
  admin: boolean | undefined,
): Promise<Resource<KeyFacts>[] | Gap> {
  const name = user.UserName ?? '';
  try {
    const { AccessKeyMetadata = [] } = await aws
      .client(IAMClient)
      .send(new ListAccessKeysCommand({ UserName: name }), aws.options);
    const boundary = user.PermissionsBoundary?.PermissionsBoundaryArn ?? null;
    const shared = {
      user: name,
      userArn: user.Arn ?? '',
      denied: isDenied(user),
      boundary,
      ...(admin === undefined ? {} : { admin }),
      siblings: AccessKeyMetadata.flatMap((key) => key.AccessKeyId ?? []),
    };
    const owns = shared.siblings.map((id) => ({ kind: 'iam-access-key', scope: GLOBAL, id }));
    const owner = { kind: 'iam-user', scope: GLOBAL, id: name };
    const active = AccessKeyMetadata.filter((key) => key.Status === 'Active').map((key) => ({
      kind: 'iam-access-key',
      scope: GLOBAL,
      id: key.AccessKeyId ?? '',
      facts: { ...shared, created: key.CreateDate?.toISOString() ?? null },
      owner: { ...owner, owns },
    }));
    if (shared.denied || active.length === AccessKeyMetadata.length) return active;
    return [...active, { ...owner, facts: { ...shared, created: null }, owns, isAtRest: true }];
  } catch (thrown) {
    const facts = errorFacts(thrown);
    if (facts.code === 'NoSuchEntityException') return [];
    return { kind: 'iam-access-key', scope: GLOBAL, ...facts, error: `keys of user ${name}: ${facts.error}` };
  }
}
