import { InputError } from '../settings.ts';
import type { Caller } from './policy.ts';

export interface CallerFacts {
  readonly account: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly temporary: boolean;
  /** Long-term keys that the caller's profile assumes its role with. */
  readonly sourceKeys: readonly string[];
}

/** What can be said without STS: a long-term key is known by itself, temporary credentials by their profile. */
export const unidentifiedCaller = (
  credentials: Pick<CallerFacts, 'accessKeyId' | 'temporary'> | undefined,
  sourceKeys: readonly string[],
): Caller => ({
  exemptKeys: new Set(
    credentials && !credentials.temporary ? [...sourceKeys, credentials.accessKeyId] : sourceKeys,
  ),
  unknown: credentials?.temporary ?? true,
});

/**
 * Who must not be locked out. A long-term key exempts itself; a session token its user's keys (its ARN is the
 * user's, API_GetSessionToken); a role the keys that its profile starts from. Of a federated user nobody can say
 * whose key made him (API_GetFederationToken).
 * @throws InputError outside the `aws` partition, whose regions and endpoints this engine does not know.
 */
export function callerFrom({ account, arn, accessKeyId, temporary, sourceKeys }: CallerFacts): Caller {
  const [, partition, service, , , resource = ''] = arn.split(':');
  if (partition !== 'aws')
    throw new InputError([
      `credentials: ${arn} is in the partition ${partition}; only the partition aws is supported`,
    ]);
  const exemptKeys = new Set(sourceKeys);
  if (!temporary) exemptKeys.add(accessKeyId);
  const base = { account, arn, exemptKeys };
  const user = resource.startsWith('user/') ? resource.split('/').at(-1) : undefined;
  if (temporary && user) return { ...base, exemptUser: user, unknown: false };
  const session =
    service === 'sts' && resource.startsWith('assumed-role/') ? resource.split('/').at(-1) : undefined;
  const instance = session && /^i-[0-9a-f]{8,17}$/.test(session) ? { instanceId: session } : {};
  return { ...base, ...instance, unknown: resource.startsWith('federated-user/') };
}
