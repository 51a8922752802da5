import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { minute } from '../../lambda/core/calendar.ts';
import { GLOBAL } from '../../lambda/core/model.ts';
import { newSince, placeIn, placesOf } from '../../lambda/core/policy/exemption.ts';
import type { Caller } from '../../lambda/core/policy/policy.ts';
import { GLOBAL_REGION } from '../../lambda/core/regions.ts';
import type { Settings } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { type IncidentMark, membershipOf } from '../../lambda/shell/journal/incident.ts';

type Allow = Settings['allow'];

/** What the function said of itself. */
export interface Deployed {
  readonly allow: Allow;
  /** Its last incident: while that is open, a fire joins it. */
  readonly incident?: IncidentMark;
}

/**
 * Why the deployed function would lock this caller out: it runs as its own role, so only its own allowlist
 * protects anybody, and it does not spare a new key by its user's name (see `newSince`). Undefined when it would not:
 * every key that the caller depends on is on the allowlist, or there is none (a role that was assumed without a key, the
 * root user).
 * @throws the IAM error when it cannot be found out whose key it is.
 */
export async function lockoutBy(
  { allow, incident }: Deployed,
  caller: Caller,
  clients: Clients,
): Promise<string | undefined> {
  if (caller.unknown) return 'it cannot be found out which access key these credentials come from';
  const { account, arn = '', exemptUser, exemptKeys } = caller;
  if (arn.endsWith(':root')) return undefined; // nothing but root changes root's keys
  if (exemptUser !== undefined)
    return (await sparesUser(allow, exemptUser, account, clients)) ? undefined : lost(arn);
  for (const key of exemptKeys) {
    if (allow.accessKeys.includes(key)) continue;
    const owner = await sparedOwner(allow, key, account, clients);
    if (owner === undefined) return lost(key);
    const madeAt = (await keysOf(owner, clients)).find(({ AccessKeyId }) => AccessKeyId === key)?.CreateDate;
    const now = clients.clock.now() + clients.aheadMs;
    if (madeAt && madeAt.getTime() >= newSince(membershipOf(incident, 'none', now).openedAt, now))
      return (
        `${key} was made ${minute(madeAt.toISOString())}, less than a day before the incident, so the name of ` +
        `${owner} on the deployed allowlist does not spare it: the function would disable it. ` +
        'To spare it, list its id in allow.accessKeys, and npx cdk deploy'
      );
  }
  return undefined;
}

const lost = (what: string) => `${what} is not on the deployed allowlist, so the function would disable it`;

/** As the function compares: by name, whatever the path, and an ARN only of this account. */
function isNamed(allow: Allow, name: string, account: string | undefined): boolean {
  return allKinds
    .filter(({ exempt }) => exempt?.list === 'users')
    .some((kind) => {
      const places = placesOf(kind, { scope: GLOBAL, id: name });
      return allow.users.some((user) => places.includes(placeIn(user, kind, account) ?? ''));
    });
}

/** A session works until its user is denied: never, where the user or one of the user's keys is on the allowlist. */
async function sparesUser(
  allow: Allow,
  name: string,
  account: string | undefined,
  clients: Clients,
): Promise<boolean> {
  if (isNamed(allow, name, account)) return true;
  if (allow.accessKeys.length === 0) return false;
  const keys = await keysOf(name, clients);
  return keys.some(({ AccessKeyId = '' }) => allow.accessKeys.includes(AccessKeyId));
}

async function keysOf(UserName: string, clients: Clients): Promise<readonly AccessKeyMetadata[]> {
  const query = new ListAccessKeysCommand({ UserName });
  const { AccessKeyMetadata = [] } = await clients.of(IAMClient, GLOBAL_REGION).send(query, clients.options);
  return AccessKeyMetadata;
}

/** The user on the allowlist to whom a key belongs. */
async function sparedOwner(
  allow: Allow,
  key: string,
  account: string | undefined,
  clients: Clients,
): Promise<string | undefined> {
  if (allow.users.length === 0) return undefined;
  const iam = clients.of(IAMClient, GLOBAL_REGION);
  const { UserName } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key }), clients.options);
  return UserName && isNamed(allow, UserName, account) ? UserName : undefined;
}
