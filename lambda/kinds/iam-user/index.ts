import { DENY_ALL } from '../../core/managed-policies.ts';
import { keyFacts, shownUser } from '../iam-access-key/facts.ts';
import { defineKind } from '../kind.ts';
import { deniedSessions, deniedUser } from './facts.ts';
import { iamUserDeed } from './run.ts';

/**
 * An explicit deny on each user who has an access key, of any status, since session tokens made from a key outlive
 * it by up to 36 hours. The kind of access keys lists the users and plans this.
 */
export const iamUser = defineKind({
  name: 'iam-user',
  title: 'an explicit deny on users with access keys',
  scope: 'global',
  isFirst: true,
  facts: keyFacts,
  verbs: {
    deny: {
      grants: [
        { action: 'iam:AttachUserPolicy', condition: { ArnEquals: { 'iam:PolicyARN': DENY_ALL } } },
        {
          action: 'iam:PutUserPermissionsBoundary',
          condition: { ArnEquals: { 'iam:PermissionsBoundary': DENY_ALL } },
        },
      ],
      before: deniedUser,
      reachedBy: ({ quarantine }) => quarantine === 'users',
      endsOwned: true,
      comesBack: 'with-owned',
      words: {
        done: ['user denied everything', 'users denied everything'],
        putBack: ["user's permissions", "users' permissions"],
      },
    },
    'deny-sessions': {
      grants: [{ action: 'iam:PutUserPolicy' }],
      before: deniedSessions,
      // Who writes policies can become anybody.
      isForCallerOnly: true,
      comesBack: 'with-owned',
      words: {
        done: ["user's older sessions denied", "users' older sessions denied"],
        putBack: ["user's older sessions", "users' older sessions"],
      },
    },
  },
  restore: [
    { action: 'iam:ListAttachedUserPolicies' },
    { action: 'iam:GetUser' },
    { action: 'iam:DetachUserPolicy', condition: { ArnEquals: { 'iam:PolicyARN': DENY_ALL } } },
    { action: 'iam:PutUserPermissionsBoundary' },
    { action: 'iam:DeleteUserPermissionsBoundary' },
    { action: 'iam:ListUserPolicies' },
    { action: 'iam:DeleteUserPolicy' },
  ],
  exempt: {
    locksOut: true,
    list: 'users',
    caller: ({ exemptUser }) => (exemptUser === undefined ? [] : [exemptUser]),
    arn: { service: 'iam', idOf: (resource) => /^user\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1] },
    // IAM user names are unique regardless of case (IAM User Guide, IAM name requirements).
    ignoresCase: true,
    reason: ({ code }, { user }) =>
      code === 'caller'
        ? `belongs to ${user}, whose session runs this`
        : `the user ${user} is on the allowlist, so not denied: sessions of a key that is disabled may live for up to 36 hours`,
  },
  shown: shownUser,
  notReached: [
    'IAM roles and sessions, console passwords, service-specific credentials such as Bedrock keys',
  ],
  load: async () => iamUserDeed,
  loadUndo: async () => (await import('./restore.ts')).iamUserUndo,
});
