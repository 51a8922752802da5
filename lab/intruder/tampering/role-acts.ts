import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DENY_ALL } from '../../../simulated-aws/services/iam/managed-policies.ts';
import { act, type Call, type TamperingAct, type Target } from './tampering-act.ts';

const NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: '*' }],
});
const DENIAL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** What can be done to the roles of the function and of the schedule. */
export function roleActs({ account }: Target): TamperingAct[] {
  const roles = [...account.iam.roles.values()].filter(({ createdBy }) => createdBy === 'cloudformation');
  return roles.flatMap(({ name: RoleName, inlinePolicies }) => {
    const own = (command: Call['command']) => act('role', RoleName, 'iam', command);
    const [PolicyName = ''] = inlinePolicies.keys();
    const attach = own(new AttachRolePolicyCommand({ RoleName, PolicyArn: DENY_ALL }));
    const detach = own(new DetachRolePolicyCommand({ RoleName, PolicyArn: DENY_ALL }));
    return [
      own(new PutRolePolicyCommand({ RoleName, PolicyName: 'Own', PolicyDocument: DENIAL })),
      own(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      attach,
      { ...detach, calls: [...attach.calls, ...detach.calls] },
      own(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: NOBODY })),
    ];
  });
}
