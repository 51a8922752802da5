import * as v from 'valibot';
import { defineKind } from '../kind.ts';
import { iamRootKeyDeed } from './run.ts';

export const iamRootKey = defineKind({
  name: 'iam-root-key',
  title: 'access keys of the root user (reported only)',
  scope: 'global',
  isFirst: true,
  facts: v.object({ keys: v.number() }),
  // Root's keys matter in every run.
  isMeant: () => true,
  discover: [{ action: 'iam:GetAccountSummary' }],
  verbs: {},
  restore: [],
  load: async () => iamRootKeyDeed,
});
