import { contract } from '../../../test/kinds/contract.ts';

contract('acme-widget', {
  // Makes one through the service's own API (`planted.client(…)`), and returns its id as the kind names it.
  plant: async ({ region }) => {
    throw new Error(`make one in ${region}, and return its id`);
  },
  // An ARN of one, as the service writes it.
  arn: (id, region, account) => `arn:aws:acme:${region}:${account}:widget/${id}`,
  // Each verb: whether restore brings it back, and the settings that lead to it where the defaults do not.
  cases: { stop: { comesBack: true } },
  // Where the simulated account does not play the service, a `model` of it; where moto cannot be a witness, `notOnMoto`:
  // see Fixture in ./promises.ts.
  // By verb, what an intruder could have written into the journal: each must be refused.
  edited: { stop: [{}, { state: 7 }] },
});
