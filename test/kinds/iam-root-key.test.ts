import { contract } from './contract.ts';

contract('iam-root-key', {
  prepare: ({ iam }) => void iam.rootAccessKey(),
  plant: async () => 'root',
  cases: {},
  edited: {},
  notOnMoto: 'moto has no root user: AccountAccessKeysPresent is always 0',
});
