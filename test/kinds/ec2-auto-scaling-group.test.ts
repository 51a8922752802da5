import { contract } from './contract.ts';

const sizes = { min: 1, max: 1, desired: 1, suspended: [], members: [], active: [] };

contract('ec2-auto-scaling-group', {
  plant: async ({ planted, region }) => {
    await planted.autoScalingGroup(region, 'web', 1);
    return 'web';
  },
  arn: (id, region, account) =>
    `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:0-1:autoScalingGroupName/${id}`,
  cases: {
    suspend: { comesBack: true },
    'scale-in': { comesBack: true, policy: { mode: 'terminate' } },
  },
  edited: {
    suspend: [{}, { ...sizes, suspended: 'Launch' }],
    'scale-in': [
      { ...sizes, desired: '500' },
      { ...sizes, max: null },
    ],
  },
});
