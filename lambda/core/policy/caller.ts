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

/** The caller without STS: a long-term key is known, temporary credentials only by their profile. */
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
 * The caller, who must not be locked out. A long-term key exempts itself. A session token exempts all keys of
 * its user (it has the user's ARN, API_GetSessionToken). A role exempts the keys that its profile starts
 * from. For a federated user, the key that made the session is unknown (API_GetFederationToken).
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
