import { InputError } from '../settings.ts';
import type { Caller } from './policy.ts';

export interface CallerFacts {
  readonly account: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly temporary: boolean;
  /** Long-term keys that signed AssumeRole for these credentials. */
  readonly sourceKeys: readonly string[];
  /** The ARNs behind temporary credentials that did. */
  readonly sourceArns?: readonly string[];
}

/**
 * The caller without STS. A role's own credentials are nobody's key: only a long-term key exempts itself.
 * A person's may come from any key or user, so none may be changed.
 */
export const unidentifiedCaller = (
  { accessKeyId, temporary }: Pick<CallerFacts, 'accessKeyId' | 'temporary'>,
  as: 'person' | 'role',
): Caller => ({
  exemptKeys: new Set(temporary ? [] : [accessKeyId]),
  ...(as === 'person' ? { unknown: true, unidentified: true } : { unknown: false }),
});

/**
 * The caller, who must not be locked out. A long-term key exempts itself. A session token exempts all keys of
 * its user (it has the user's ARN, API_GetSessionToken). A role exempts the keys that signed AssumeRole on
 * the way to it, and the user whose session did. For a federated user, the key that made the session is unknown (API_GetFederationToken).
 * @throws InputError outside the `aws` partition, whose regions and endpoints this engine does not know.
 */
export function callerFrom(facts: CallerFacts): Caller {
  const { account, arn, accessKeyId, temporary, sourceKeys, sourceArns = [] } = facts;
  const [, partition, service] = arn.split(':');
  const resource = resourceIn(arn);
  if (partition !== 'aws')
    throw new InputError([
      `credentials: ${arn} is in the partition ${partition}; only the partition aws is supported`,
    ]);
  const exemptKeys = new Set(sourceKeys);
  if (!temporary) exemptKeys.add(accessKeyId);
  const base = { account, arn, exemptKeys };
  const [user] = [...(temporary ? [arn] : []), ...sourceArns].flatMap((each) => userIn(each, account) ?? []);
  const session =
    service === 'sts' && resource.startsWith('assumed-role/') ? resource.split('/').at(-1) : undefined;
  const instance = session && /^i-[0-9a-f]{8,17}$/.test(session) ? { instanceId: session } : {};
  const isFederated = [arn, ...sourceArns].some((each) => resourceIn(each).startsWith('federated-user/'));
  const exempt = user === undefined ? {} : { exemptUser: user };
  return { ...base, ...exempt, ...instance, unknown: isFederated };
}

/** A user of this account: the same name in another account is somebody else's. */
function userIn(arn: string, account: string): string | undefined {
  const resource = resourceIn(arn);
  return arn.split(':')[4] === account && resource.startsWith('user/')
    ? resource.split('/').at(-1)
    : undefined;
}

/** The last part of an ARN: a user's path may hold colons, too (IAM API reference, CreateUser). */
const resourceIn = (arn: string): string => arn.split(':').slice(5).join(':');
