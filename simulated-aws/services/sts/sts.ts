import type * as api from '@aws-sdk/client-sts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { Iam } from '../iam/iam.ts';
import type { TemporaryCredentials } from '../iam/user.ts';

const HOUR_S = 3_600;
const SESSION_TOKEN_S = { least: 900, most: 129_600, usual: 43_200 }; // API_GetSessionToken
const ROLE_S = { least: 900, most: 43_200, usual: HOUR_S }; // API_AssumeRole

/** STS's API. It is the same in every region. */
export function stsOperations(iam: Iam): Operations {
  return {
    GetCallerIdentity(_: api.GetCallerIdentityRequest, context: CallContext): api.GetCallerIdentityResponse {
      const { principal } = context;
      return { Account: iam.accountId, Arn: principal.arn, UserId: userIdOf(iam, context) };
    },

    AssumeRole(input: api.AssumeRoleRequest, { principal }: CallContext): api.AssumeRoleResponse {
      const { RoleArn = '', RoleSessionName = '' } = input;
      if (principal.kind === 'root')
        throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.', 403);
      const credentials = iam.assumeRole(RoleArn, RoleSessionName, 1_000 * durationOf(input, ROLE_S));
      const name = RoleArn.split('/').at(-1) ?? '';
      return {
        Credentials: answered(credentials),
        AssumedRoleUser: {
          AssumedRoleId: `${iam.roles.get(name)?.id}:${RoleSessionName}`,
          Arn: `arn:aws:sts::${iam.accountId}:assumed-role/${name}/${RoleSessionName}`,
        },
      };
    },

    GetSessionToken(
      input: api.GetSessionTokenRequest,
      { principal }: CallContext,
    ): api.GetSessionTokenResponse {
      if (!principal.accessKeyId.startsWith('AKIA'))
        throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
      const milliseconds = 1_000 * durationOf(input, SESSION_TOKEN_S);
      const mfa = input.SerialNumber !== undefined && input.TokenCode !== undefined;
      return { Credentials: answered(iam.sessionOf(principal.accessKeyId, milliseconds, { mfa })) };
    },
  };
}

/** Source: API_GetCallerIdentity: the account for root, the user's id, or the role's id with the session's name. */
function userIdOf(iam: Iam, { principal: { kind, name, arn } }: CallContext): string {
  if (kind === 'root') return iam.accountId;
  if (kind === 'user') return iam.directory.find(name)?.id ?? '';
  return `${iam.roles.get(name)?.id}:${arn.split('/').at(-1)}`;
}

function durationOf(
  { DurationSeconds }: { readonly DurationSeconds?: number | undefined },
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  const seconds = DurationSeconds ?? usual;
  if (seconds < least || seconds > most)
    throw new ServiceError(
      'ValidationError',
      `durationSeconds must be from ${least} to ${most}, not ${seconds}`,
    );
  return seconds;
}

const answered = (credentials: TemporaryCredentials): api.Credentials => ({
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken,
  Expiration: new Date(credentials.expiresAt),
});
