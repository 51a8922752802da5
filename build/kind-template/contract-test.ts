import { contract } from '../../test/kinds/contract.ts';

contract('acme-widget', {
  // Makes one in `region` through the service's own API, and returns its id as the kind names it.
  plant: async ({ region }) => {
    throw new Error(`make one in ${region}, and return its id`);
  },
  // Each verb: whether restore brings it back, and the settings that lead to it where the defaults do not.
  cases: { stop: { comesBack: true } },
  // By verb, what an intruder could have written into the journal: each must be refused.
  edited: { stop: [{}, { state: 7 }] },
});
