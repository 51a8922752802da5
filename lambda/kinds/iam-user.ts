import { AttachUserPolicyCommand, PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { type Action, errorFacts, type Outcome } from '../core/model.ts';
import { asTheyCome } from '../shell/concurrency.ts';
import { DENY_ALL } from './iam-deny-all.ts';
import { restoreUsers } from './iam-user-restore.ts';
import type { Kind } from './kind.ts';

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

  async *act({ aws }, actions): AsyncIterable<Outcome> {
    const one = async ({ kind, scope, id, verb }: Action): Promise<Outcome> => {
      const ref = { kind, scope, id, verb };
      const attach = new AttachUserPolicyCommand({ UserName: id, PolicyArn: DENY_ALL });
      const bound = new PutUserPermissionsBoundaryCommand({ UserName: id, PermissionsBoundary: DENY_ALL });
      try {
        await aws.iam.send(attach, aws.options).catch((refused: Error) => {
          if (refused.name !== 'LimitExceededException') throw refused;
          return aws.iam.send(bound, aws.options);
        });
        return { ...ref, status: 'done' };
      } catch (thrown) {
        const facts = errorFacts(thrown);
        return facts.code === 'NoSuchEntityException'
          ? { ...ref, status: 'gone' }
          : { ...ref, status: 'failed', ...facts };
      }
    };
    for await (const outcomes of asTheyCome(actions, AT_ONCE, 0, one)) yield* outcomes;
  },

  restore: restoreUsers,
};
