import type {
  AccessKeyMetadata,
  AttachedPermissionsBoundary,
  RoleDetail,
  User,
  UserDetail,
} from '@aws-sdk/client-iam';
import { policyName } from './managed-policies.ts';
import type { SimulatedAccessKey, SimulatedRole, SimulatedUser } from './user.ts';

/** A user in the answer of ListUsers: without policies and boundary. */
export const listedUser = ({ name, id, arn, createdAt }: SimulatedUser): User => ({
  Path: '/',
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: new Date(createdAt),
});

/** A user in the answer of GetUser: with the boundary. Source: API_ListUsers, API_GetUser. */
export const oneUser = (user: SimulatedUser): User => ({ ...listedUser(user), ...boundaryOf(user) });

export const userDetail = (user: SimulatedUser): UserDetail => ({
  ...oneUser(user),
  GroupList: [],
  UserPolicyList: [...user.inlinePolicies].map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeURIComponent(document),
  })),
  AttachedManagedPolicies: attached(user.attachedPolicies),
});

export const roleDetail = (role: SimulatedRole): RoleDetail => ({
  ...listedRole(role),
  InstanceProfileList: [],
  RolePolicyList: [...role.inlinePolicies].map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeURIComponent(document),
  })),
  AttachedManagedPolicies: attached(role.attachedPolicies),
});

export const listedRole = ({ name, id, arn, createdAt, trustPolicy }: SimulatedRole) => ({
  Path: '/',
  RoleName: name,
  RoleId: id,
  Arn: arn,
  CreateDate: new Date(createdAt),
  AssumeRolePolicyDocument: encodeURIComponent(trustPolicy),
});

export const keyMetadata = ({ id, user, status, createdAt }: SimulatedAccessKey): AccessKeyMetadata => ({
  UserName: user,
  AccessKeyId: id,
  Status: status,
  CreateDate: new Date(createdAt),
});

export const attached = (arns: readonly string[]) =>
  arns.map((PolicyArn) => ({ PolicyArn, PolicyName: policyName(PolicyArn) }));

function boundaryOf({ boundary }: SimulatedUser): { PermissionsBoundary?: AttachedPermissionsBoundary } {
  if (boundary === undefined) return {};
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: boundary,
    },
  };
}
