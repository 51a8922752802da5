import { AttachUserPolicyCommand, PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { DENY_ALL } from './iam-deny-all.ts';
import type { Kind } from './kind.ts';
import { actOnEach } from './one-by-one.ts';

const AT_ONCE = 100;

/**
 * An explicit deny on a user whose key is disabled, since session tokens minted from a key outlive it by up to
 * 36 hours. Its actions are planned by iam-access-key, which knows the keys. An intruder can fill the policy
 * slots; the permissions boundary has one slot, which can always be set.
 */
export const iamUser: Kind = {
  name: 'iam-user',
  title: 'an explicit deny on the users of disabled keys',
  scope: 'global',
  permissions: {
    discover: [],
    act: {
      deny: [
        { action: 'iam:AttachUserPolicy', condition: { ArnEquals: { 'iam:PolicyARN': DENY_ALL } } },
        {
          action: 'iam:PutUserPermissionsBoundary',
          condition: { ArnEquals: { 'iam:PermissionsBoundary': DENY_ALL } },
        },
      ],
    },
    restore: [
      { action: 'iam:ListAttachedUserPolicies' },
      { action: 'iam:GetUser' },
      { action: 'iam:DetachUserPolicy', condition: { ArnEquals: { 'iam:PolicyARN': DENY_ALL } } },
      { action: 'iam:PutUserPermissionsBoundary' },
      { action: 'iam:DeleteUserPermissionsBoundary' },
    ],
  },

  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['NoSuchEntityException'] }, ({ id: UserName }) => {
      const attach = new AttachUserPolicyCommand({ UserName, PolicyArn: DENY_ALL });
      const bound = new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: DENY_ALL });
      return aws.iam.send(attach, aws.options).catch((refused: Error) => {
        if (refused.name !== 'LimitExceededException') throw refused;
        return aws.iam.send(bound, aws.options);
      });
    }),

  async *restore(...what) {
    yield* (await import('./iam-user-restore.ts')).restoreUsers(...what);
  },
};
