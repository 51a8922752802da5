import { contract } from './contract.ts';

contract('iam-user', {
  plant: async ({ planted }) => (await planted.user('eve', 1)).name,
  arn: (id, _region, account) => `arn:aws:iam::${account}:user/path/${id}`,
  cases: { deny: { comesBack: true } },
  edited: { deny: [{}, { boundary: 7 }], 'deny-sessions': [{}, { userArn: 7 }] },
});
