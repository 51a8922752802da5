import * as v from 'valibot';
import { GLOBAL } from '../../core/model.ts';
import { defineKind } from '../kind.ts';
import { disabledKey, keyFacts, shownUser } from './facts.ts';
import { isReported } from './plan.ts';
import { iamAccessKeyDeed } from './run.ts';

/**
 * Active access keys of all users. Its listing also brings users with an inactive key and no deny: one look at IAM
 * finds both, and they are planned together.
 */
export const iamAccessKey = defineKind({
  name: 'iam-access-key',
  title: "IAM users' access keys",
  scope: 'global',
  after: ['iam-user'],
  isFirst: true,
  facts: keyFacts,
  discover: [{ action: 'iam:GetAccountAuthorizationDetails' }, { action: 'iam:ListAccessKeys' }],
  brings: ['iam-user'],
  verbs: {
    disable: {
      grants: [{ action: 'iam:UpdateAccessKey' }],
      before: disabledKey,
      comesBack: 'named',
      words: {
        done: ['access key disabled', 'access keys disabled'],
        putBack: ['access key', 'access keys'],
      },
    },
  },
  restore: [
    { action: 'iam:ListAccessKeys' },
    { action: 'iam:GetAccessKeyLastUsed' },
    { action: 'iam:UpdateAccessKey' },
  ],
  exempt: {
    locksOut: true,
    list: 'accessKeys',
    caller: ({ exemptKeys }) => [...exemptKeys],
    // IAM always tells it (API_AccessKeyMetadata); a user may hold a key that an intruder has made.
    madeAt: ({ created }) => (created === null ? undefined : Date.parse(created)),
    reason: ({ code, through }, { user }) => {
      if (code === 'caller')
        return through === 'itself'
          ? `signs this run (user ${user})`
          : `belongs to ${user}, whose session runs this`;
      return through === 'itself'
        ? `on the allowlist (user ${user})`
        : `its user ${user} is on the allowlist`;
    },
  },
  ownerOf: (before) =>
    v.is(disabledKey, before) ? { kind: 'iam-user', scope: GLOBAL, id: before.user } : undefined,
  isMeant: isReported,
  isCredential: true,
  shown: shownUser,
  byHand: {
    caller: () =>
      'The key that ran this is still active and may be the leaked one: make a new key, then delete this one',
  },
  load: async () => iamAccessKeyDeed,
  loadUndo: async () => (await import('./restore.ts')).iamAccessKeyUndo,
});
