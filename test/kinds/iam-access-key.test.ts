import { contract } from './contract.ts';

contract('iam-access-key', {
  plant: async ({ world }) => (await world.user('eve', 1)).accessKeys[0]?.accessKeyId ?? '',
  cases: { disable: { comesBack: true } },
  edited: { disable: [{}, { user: 7 }, { user: { toString: 'owner' } }] },
});
