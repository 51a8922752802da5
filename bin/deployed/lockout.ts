import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import type { Caller } from '../../lambda/core/policy/policy.ts';
import { GLOBAL_REGION } from '../../lambda/core/regions.ts';
import type { Settings } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';

type Allow = Settings['allow'];

/**
 * Why the deployed function would lock this caller out: it runs as its own role, so only its own allowlist
 * protects anybody. Undefined when it would not: every key that the caller depends on is on the allowlist, or there is
 * none (a role that was assumed without a key, the root user).
 * @throws the IAM error when it cannot be found out whose key it is.
 */
export async function lockoutBy(allow: Allow, caller: Caller, clients: Clients): Promise<string | undefined> {
  if (caller.unknown) return 'it cannot be found out which access key these credentials come from';
  const { arn = '', exemptUser, exemptKeys } = caller;
  if (arn.endsWith(':root')) return undefined; // nothing but root changes root's keys
  if (exemptUser !== undefined)
    return (await sparesUser(allow, exemptUser, arn, clients)) ? undefined : lost(arn);
  for (const key of exemptKeys)
    if (!allow.accessKeys.includes(key) && !(await sparesOwner(allow, key, clients))) return lost(key);
  return undefined;
}

const lost = (what: string) => `${what} is not on the deployed allowlist, so the function would disable it`;

const isNamed = (allow: Allow, name: string, arn: string) =>
  allow.users.some((user) => [name, arn].some((own) => own.toLowerCase() === user.toLowerCase()));

/** A session works until its user is denied: never, where the user or one of the user's keys is on the allowlist. */
async function sparesUser(allow: Allow, name: string, arn: string, clients: Clients): Promise<boolean> {
  if (isNamed(allow, name, arn)) return true;
  if (allow.accessKeys.length === 0) return false;
  const query = new ListAccessKeysCommand({ UserName: name });
  const { AccessKeyMetadata = [] } = await clients.of(IAMClient, GLOBAL_REGION).send(query, clients.options);
  return AccessKeyMetadata.some(({ AccessKeyId = '' }) => allow.accessKeys.includes(AccessKeyId));
}

async function sparesOwner(allow: Allow, key: string, clients: Clients): Promise<boolean> {
  if (allow.users.length === 0) return false;
  const iam = clients.of(IAMClient, GLOBAL_REGION);
  const { UserName } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key }), clients.options);
  if (!UserName) return false;
  const { User } = await iam.send(new GetUserCommand({ UserName }), clients.options);
  return isNamed(allow, UserName, User?.Arn ?? '');
}
