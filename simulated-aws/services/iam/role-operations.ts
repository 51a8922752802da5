import type * as api from '@aws-sdk/client-iam';
import { type CallContext, ServiceError } from '../../core/service.ts';
import type { Iam } from './iam.ts';
import { pageOf } from './paging.ts';
import { refuseMalformed } from './policy-operations.ts';
import { attached, listedRole } from './shapes.ts';

/** Roles, whom they trust, and their policies. */
export function roleOperations(iam: Iam) {
  const { roleDirectory, roles } = iam;
  return {
    CreateRole(input: api.CreateRoleRequest, { principal }: CallContext): api.CreateRoleResponse {
      const { RoleName = '', AssumeRolePolicyDocument = '' } = input;
      refuseMalformed(AssumeRolePolicyDocument);
      return { Role: listedRole(iam.createRole(RoleName, principal.name, AssumeRolePolicyDocument)) };
    },

    GetRole({ RoleName = '' }: api.GetRoleRequest): api.GetRoleResponse {
      return { Role: listedRole(roleDirectory.require(RoleName)) };
    },

    ListRoles(input: api.ListRolesRequest): api.ListRolesResponse {
      const sorted = [...roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, end } = pageOf(sorted, ({ name }) => name, input);
      return { Roles: page.map(listedRole), ...end };
    },

    DeleteRole({ RoleName = '' }: api.DeleteRoleRequest) {
      roleDirectory.delete(RoleName);
      return {};
    },

    UpdateAssumeRolePolicy({ RoleName = '', PolicyDocument = '' }: api.UpdateAssumeRolePolicyRequest) {
      refuseMalformed(PolicyDocument);
      roleDirectory.trust(RoleName, PolicyDocument);
      return {};
    },

    AttachRolePolicy({ RoleName = '', PolicyArn = '' }: api.AttachRolePolicyRequest) {
      roleDirectory.attach(RoleName, PolicyArn);
      return {};
    },

    DetachRolePolicy({ RoleName = '', PolicyArn = '' }: api.DetachRolePolicyRequest) {
      roleDirectory.detach(RoleName, PolicyArn);
      return {};
    },

    ListAttachedRolePolicies(
      input: api.ListAttachedRolePoliciesRequest,
    ): api.ListAttachedRolePoliciesResponse {
      const arns = [...roleDirectory.require(input.RoleName ?? '').attachedPolicies].sort();
      const { page, end } = pageOf(arns, (arn) => arn, input);
      return { AttachedPolicies: attached(page), ...end };
    },

    PutRolePolicy({ RoleName = '', PolicyName = '', PolicyDocument = '' }: api.PutRolePolicyRequest) {
      refuseMalformed(PolicyDocument);
      roleDirectory.putInline(RoleName, PolicyName, PolicyDocument);
      return {};
    },

    DeleteRolePolicy({ RoleName = '', PolicyName = '' }: api.DeleteRolePolicyRequest) {
      roleDirectory.deleteInline(RoleName, PolicyName);
      return {};
    },

    ListRolePolicies(input: api.ListRolePoliciesRequest): api.ListRolePoliciesResponse {
      const names = [...roleDirectory.require(input.RoleName ?? '').inlinePolicies.keys()].sort();
      const { page, end } = pageOf(names, (name) => name, input);
      return { PolicyNames: [...page], ...end };
    },

    GetRolePolicy({ RoleName = '', PolicyName = '' }: api.GetRolePolicyRequest): api.GetRolePolicyResponse {
      const document = roleDirectory.require(RoleName).inlinePolicies.get(PolicyName);
      if (document === undefined)
        throw new ServiceError(
          'NoSuchEntity',
          `The role policy with name ${PolicyName} cannot be found.`,
          404,
        );
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
  };
}
