import { GetAccountSummaryCommand } from '@aws-sdk/client-iam';
import { GLOBAL } from '../core/model.ts';
import type { Kind } from './kind.ts';

/** Where a person deletes root keys: no API call of ours can (only root manages root's keys). */
export const ROOT_KEY_PAGE = 'https://console.aws.amazon.com/iam/home#/security_credentials';

export const iamRootKey: Kind = {
  name: 'iam-root-key',
  title: 'access keys of the root user (reported only)',
  scope: 'global',
  permissions: { discover: [{ action: 'iam:GetAccountSummary' }], act: {}, restore: [] },

  async *discover(aws) {
    const { SummaryMap } = await aws.iam.send(new GetAccountSummaryCommand({}), aws.options);
    const keys = SummaryMap?.AccountAccessKeysPresent ?? 0;
    yield keys > 0 ? [{ kind: 'iam-root-key', scope: GLOBAL, id: 'root', facts: { keys } }] : [];
  },

  plan: (found) =>
    found.map(({ kind, scope, id }) => ({
      kind,
      scope,
      id,
      skip: 'manual',
      reason: `the root user has an access key, which only root can delete: sign in as root at ${ROOT_KEY_PAGE}`,
    })),

  async *act() {},
  async *restore() {},
};
