import type * as api from '@aws-sdk/client-iam';
import { ServiceError } from '../../core/service.ts';
import type { Iam } from './iam.ts';
import { policyName } from './managed-policies.ts';
import { pageOf } from './paging.ts';
import { roleDetail, userDetail } from './shapes.ts';
import { readUsers } from './user-operations.ts';

/** What IAM says of the account as a whole. */
export function accountOperations(iam: Iam) {
  return {
    GetAccountAuthorizationDetails(
      input: api.GetAccountAuthorizationDetailsRequest,
    ): api.GetAccountAuthorizationDetailsResponse {
      const wants = (type: api.EntityType) => !input.Filter?.length || input.Filter.includes(type);
      const entities = [
        ...(wants('User') ? readUsers(iam).map((user) => ({ name: `1${user.name}`, user })) : []),
        ...(wants('Role') ? sortedRoles(iam).map((role) => ({ name: `2${role.name}`, role })) : []),
        ...(wants('LocalManagedPolicy') ? sortedPolicies(iam).map((arn) => ({ name: `3${arn}`, arn })) : []),
      ];
      const { page, end } = pageOf(entities, ({ name }) => name, input);
      return {
        UserDetailList: page.flatMap((one) => ('user' in one ? userDetail(one.user) : [])),
        GroupDetailList: [],
        RoleDetailList: page.flatMap((one) => ('role' in one ? roleDetail(one.role) : [])),
        Policies: page.flatMap((one) =>
          'arn' in one ? { Arn: one.arn, PolicyName: policyName(one.arn), Path: '/' } : [],
        ),
        ...end,
      };
    },

    GetAccountSummary(_: api.GetAccountSummaryCommandInput): api.GetAccountSummaryResponse {
      return {
        SummaryMap: {
          Users: iam.directory.size,
          UsersQuota: 5_000,
          Roles: iam.roles.size,
          Policies: iam.policies.own().size,
          AccessKeysPerUserQuota: 2,
          AttachedPoliciesPerUserQuota: 10,
          AccountAccessKeysPresent: iam.hasRootKey ? 1 : 0,
          AccountMFAEnabled: 0,
        },
      };
    },

    CreateAccountAlias({ AccountAlias = '' }: api.CreateAccountAliasRequest) {
      iam.aliases.splice(0, iam.aliases.length, AccountAlias);
      return {};
    },

    ListAccountAliases(_: api.ListAccountAliasesRequest): api.ListAccountAliasesResponse {
      return { AccountAliases: [...iam.aliases], IsTruncated: false };
    },

    DeleteAccountAlias({ AccountAlias = '' }: api.DeleteAccountAliasRequest) {
      const at = iam.aliases.indexOf(AccountAlias);
      if (at < 0)
        throw new ServiceError('NoSuchEntity', `The account alias ${AccountAlias} does not exist.`, 404);
      iam.aliases.splice(at, 1);
      return {};
    },
  };
}

const sortedRoles = ({ roles }: Iam) => [...roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
const sortedPolicies = ({ policies }: Iam) => [...policies.own().keys()].sort();
