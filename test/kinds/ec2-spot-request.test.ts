import { contract } from './contract.ts';

contract('ec2-spot-request', {
  plant: async ({ planted, region }) => (await planted.spotRequests(region, 1))[0] ?? '',
  arn: (id, region, account) => `arn:aws:ec2:${region}:${account}:spot-instances-request/${id}`,
  cases: { cancel: { comesBack: false, policy: { mode: 'terminate' } } },
  edited: { cancel: [{ instance: ['i-1'] }] },
});
