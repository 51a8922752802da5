import type * as api from '@aws-sdk/client-iam';
import { type CallContext, ServiceError } from '../../core/service.ts';
import type { Iam } from './iam.ts';
import { pageOf } from './paging.ts';
import { keyMetadata, listedUser, oneUser } from './shapes.ts';
import type { SimulatedUser } from './user.ts';

const USERS_PER_ACCOUNT = 5_000; // IAM user guide, "IAM and AWS STS quotas"

/** Users and their access keys. */
export function userOperations(iam: Iam) {
  const { directory } = iam;
  return {
    CreateUser(input: api.CreateUserRequest, { principal }: CallContext): api.CreateUserResponse {
      if (directory.size >= USERS_PER_ACCOUNT)
        throw new ServiceError(
          'LimitExceeded',
          `Cannot exceed quota for UsersPerAccount: ${USERS_PER_ACCOUNT}`,
          409,
        );
      const name = input.UserName ?? '';
      if (!/^[\w+=,.@-]{1,64}$/.test(name))
        throw new ServiceError('ValidationError', `The specified value for userName is invalid: ${name}`);
      if (input.PermissionsBoundary) iam.policies.require(input.PermissionsBoundary);
      const user = iam.createUser(name, principal.name);
      if (input.PermissionsBoundary) directory.bound(name, input.PermissionsBoundary);
      return { User: oneUser(directory.find(name) ?? user) };
    },

    DeleteUser({ UserName = '' }: api.DeleteUserRequest) {
      directory.delete(UserName);
      return {};
    },

    GetUser(input: api.GetUserRequest, context: CallContext): api.GetUserResponse {
      return { User: oneUser(readUser(iam, userNameOf(iam, input, context))) };
    },

    ListUsers(input: api.ListUsersRequest): api.ListUsersResponse {
      const { page, end } = pageOf(readUsers(iam), ({ name }) => name, input);
      return { Users: page.map(listedUser), ...end };
    },

    CreateAccessKey(input: api.CreateAccessKeyRequest, context: CallContext): api.CreateAccessKeyResponse {
      const UserName = userNameOf(iam, input, context);
      const { accessKeyId, secretAccessKey } = iam.createAccessKey(UserName);
      const CreateDate = new Date(context.now);
      const key = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Status: 'Active' as const };
      return { AccessKey: { UserName, CreateDate, ...key } };
    },

    ListAccessKeys(input: api.ListAccessKeysRequest, context: CallContext): api.ListAccessKeysResponse {
      const { keys } = readUser(iam, userNameOf(iam, input, context));
      const sorted = [...keys].sort((a, b) => (a.id < b.id ? -1 : 1));
      const { page, end } = pageOf(sorted, ({ id }) => id, input);
      return { AccessKeyMetadata: page.map(keyMetadata), ...end };
    },

    UpdateAccessKey(input: api.UpdateAccessKeyRequest, context: CallContext) {
      const { AccessKeyId = '', Status } = input;
      if (Status !== 'Active' && Status !== 'Inactive')
        throw new ServiceError(
          'ValidationError',
          `Value '${Status}' at 'status' failed to satisfy constraint`,
        );
      iam.updateAccessKey(userNameOf(iam, input, context), AccessKeyId, Status);
      return {};
    },

    DeleteAccessKey(input: api.DeleteAccessKeyRequest, context: CallContext) {
      directory.deleteKey(userNameOf(iam, input, context), input.AccessKeyId ?? '');
      return {};
    },

    GetAccessKeyLastUsed({
      AccessKeyId = '',
    }: api.GetAccessKeyLastUsedRequest): api.GetAccessKeyLastUsedResponse {
      const UserName = directory.ownerOf(AccessKeyId);
      if (UserName === undefined || !directory.find(UserName)?.keys.some(({ id }) => id === AccessKeyId))
        throw new ServiceError('AccessDenied', `the access key ${AccessKeyId} is not of this account`, 403);
      const use = iam.lastUse(AccessKeyId);
      return {
        UserName,
        AccessKeyLastUsed: use
          ? { LastUsedDate: new Date(use.at), ServiceName: use.service, Region: use.region }
          : { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
      };
    },
  };
}

/**
 * The named user, or the one whose key signs the call.
 * @throws ServiceError ValidationError for temporary credentials, since IAM finds no user for them
 * (API_UpdateAccessKey).
 */
function userNameOf(
  { directory }: Iam,
  { UserName }: { readonly UserName?: string | undefined },
  { principal }: CallContext,
): string {
  const name = UserName ?? directory.ownerOf(principal.accessKeyId);
  if (name !== undefined) return name;
  throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials');
}

/** All users as lists show them, a moment old, in IAM's order. */
export function readUsers({ directory, timeline, readLagMs }: Iam): readonly SimulatedUser[] {
  const then = timeline.now() - readLagMs;
  return directory.names().flatMap((name) => directory.asOf(name, then) ?? []);
}

/** One user as of a moment ago; a newer user as created. @throws ServiceError NoSuchEntity. */
export function readUser({ directory, timeline, readLagMs }: Iam, name: string): SimulatedUser {
  return directory.asOf(name, timeline.now() - readLagMs) ?? directory.require(name);
}
