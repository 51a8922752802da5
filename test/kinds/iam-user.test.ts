import { contract } from './contract.ts';

contract('iam-user', {
  plant: async ({ world }) => (await world.user('eve', 1)).name,
  cases: { deny: { comesBack: true } },
  edited: { deny: [{}, { boundary: 7 }] },
});
