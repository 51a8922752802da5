import { contract } from './contract.ts';

contract('iam-access-key', {
  plant: async ({ planted }) => (await planted.user('eve', 1)).accessKeys[0]?.accessKeyId ?? '',
  cases: { disable: { comesBack: true } },
  edited: { disable: [{}, { user: 7 }, { user: { toString: 'owner' } }] },
});
