import type * as api from '@aws-sdk/client-iam';
import { type CallContext, ServiceError } from '../account/service.ts';
import type { Iam } from './iam.ts';
import { pageOf } from './paging.ts';
import { attached, listedRole } from './shapes.ts';
import { readUser } from './user-operations.ts';

/** Policies on users, permissions boundaries, and roles. */
export function policyOperations(iam: Iam) {
  const { directory, policies, roles } = iam;
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

    CreateRole(input: api.CreateRoleRequest, { principal }: CallContext): api.CreateRoleResponse {
      const { RoleName = '', AssumeRolePolicyDocument = '' } = input;
      refuseMalformed(AssumeRolePolicyDocument);
      return { Role: listedRole(iam.createRole(RoleName, principal.name, AssumeRolePolicyDocument)) };
    },

    GetRole({ RoleName = '' }: api.GetRoleRequest): api.GetRoleResponse {
      return { Role: listedRole(requireRole(iam, RoleName)) };
    },

    ListRoles(input: api.ListRolesRequest): api.ListRolesResponse {
      const sorted = [...roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, end } = pageOf(sorted, ({ name }) => name, input);
      return { Roles: page.map(listedRole), ...end };
    },

    AttachRolePolicy({ RoleName = '', PolicyArn = '' }: api.AttachRolePolicyRequest) {
      const role = requireRole(iam, RoleName);
      policies.require(PolicyArn);
      const attachedPolicies = [...new Set([...role.attachedPolicies, PolicyArn])];
      roles.set(RoleName, { ...role, attachedPolicies });
      return {};
    },
  };
}

function requireRole({ roles }: Iam, name: string) {
  const role = roles.get(name);
  if (!role) throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return role;
}

function refuseMalformed(document: string): void {
  try {
    JSON.parse(document);
  } catch {
    throw new ServiceError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}
