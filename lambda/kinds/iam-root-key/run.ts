import { GetAccountSummaryCommand, IAMClient } from '@aws-sdk/client-iam';
import { GLOBAL } from '../../core/model.ts';
import type { Deed } from '../kind.ts';

/** Where a person deletes root keys: only root can manage them, so we cannot. */
const ROOT_KEY_PAGE = 'https://console.aws.amazon.com/iam/home#/security_credentials';

export const iamRootKeyDeed: Deed<{ keys: number }, never> = {
  async *discover(aws) {
    const { SummaryMap } = await aws.client(IAMClient).send(new GetAccountSummaryCommand({}), aws.options);
    const keys = SummaryMap?.AccountAccessKeysPresent ?? 0;
    yield keys > 0 ? [{ kind: 'iam-root-key', scope: GLOBAL, id: 'root', facts: { keys } }] : [];
  },

  plan: (found) =>
    found.map(({ kind, scope, id }) => ({
      kind,
      scope,
      id,
      skip: 'manual',
      reason: `the root user has an access key; only root can delete it: sign in as root at ${ROOT_KEY_PAGE}`,
    })),

  async *act() {},
};
