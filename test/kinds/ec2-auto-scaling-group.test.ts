import { contract } from './contract.ts';

const sizes = { min: 1, max: 1, desired: 1, suspended: [], members: [], active: [] };

contract('ec2-auto-scaling-group', {
  plant: async ({ world, region }) => {
    await world.autoScalingGroup(region, 'web', 1);
    return 'web';
  },
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
