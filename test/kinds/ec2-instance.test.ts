import { contract } from './contract.ts';

contract('ec2-instance', {
  plant: async ({ planted, region }) => (await planted.instances(region, 1))[0] ?? '',
  arn: (id, region, account) => `arn:aws:ec2:${region}:${account}:instance/${id}`,
  cases: {
    stop: { comesBack: true },
    terminate: { comesBack: false, policy: { mode: 'terminate' } },
  },
  edited: {
    stop: [{ state: 7 }],
    terminate: [{ spot: 'often' }],
    unprotect: [{ disableApiStop: 'yes' }, { disableApiTermination: 1 }],
  },
});
