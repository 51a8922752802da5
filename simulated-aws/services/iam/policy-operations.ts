import type * as api from '@aws-sdk/client-iam';
import { ServiceError } from '../../core/service.ts';
import type { Iam } from './iam.ts';
import { pageOf } from './paging.ts';
import { attached } from './shapes.ts';
import { readUser } from './user-operations.ts';

/** Policies on users, and permissions boundaries. */
export function policyOperations(iam: Iam) {
  const { directory, policies } = iam;
  return {
    CreatePolicy({
      PolicyName = '',
      PolicyDocument = '',
    }: api.CreatePolicyRequest): api.CreatePolicyResponse {
      refuseMalformed(PolicyDocument);
      return { Policy: { PolicyName, Arn: policies.create(PolicyName, PolicyDocument), Path: '/' } };
    },

    AttachUserPolicy({ UserName = '', PolicyArn = '' }: api.AttachUserPolicyRequest) {
      directory.attach(UserName, PolicyArn);
      return {};
    },

    DetachUserPolicy({ UserName = '', PolicyArn = '' }: api.DetachUserPolicyRequest) {
      directory.detach(UserName, PolicyArn);
      return {};
    },

    ListAttachedUserPolicies(
      input: api.ListAttachedUserPoliciesRequest,
    ): api.ListAttachedUserPoliciesResponse {
      const arns = [...readUser(iam, input.UserName ?? '').attachedPolicies].sort();
      const { page, end } = pageOf(arns, (arn) => arn, input);
      return { AttachedPolicies: attached(page), ...end };
    },

    PutUserPolicy({ UserName = '', PolicyName = '', PolicyDocument = '' }: api.PutUserPolicyRequest) {
      refuseMalformed(PolicyDocument);
      directory.putInline(UserName, PolicyName, PolicyDocument);
      return {};
    },

    DeleteUserPolicy({ UserName = '', PolicyName = '' }: api.DeleteUserPolicyRequest) {
      directory.deleteInline(UserName, PolicyName);
      return {};
    },

    ListUserPolicies(input: api.ListUserPoliciesRequest): api.ListUserPoliciesResponse {
      const names = [...readUser(iam, input.UserName ?? '').inlinePolicies.keys()].sort();
      const { page, end } = pageOf(names, (name) => name, input);
      return { PolicyNames: [...page], ...end };
    },

    GetUserPolicy({ UserName = '', PolicyName = '' }: api.GetUserPolicyRequest): api.GetUserPolicyResponse {
      const document = readUser(iam, UserName).inlinePolicies.get(PolicyName);
      if (document === undefined)
        throw new ServiceError(
          'NoSuchEntity',
          `The user policy with name ${PolicyName} cannot be found.`,
          404,
        );
      return { UserName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },

    PutUserPermissionsBoundary({
      UserName = '',
      PermissionsBoundary = '',
    }: api.PutUserPermissionsBoundaryRequest) {
      directory.bound(UserName, PermissionsBoundary);
      return {};
    },

    DeleteUserPermissionsBoundary({ UserName = '' }: api.DeleteUserPermissionsBoundaryRequest) {
      directory.unbound(UserName);
      return {};
    },
  };
}

/** @throws ServiceError MalformedPolicyDocument. */
export function refuseMalformed(document: string): void {
  try {
    JSON.parse(document);
  } catch {
    throw new ServiceError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}
