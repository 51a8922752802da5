import { CLAIMS } from '../../simulated-aws/claims.ts';
import { describeClaims } from './claims-check.ts';

await describeClaims('the claims of the simulated account', {
  list: CLAIMS,
  claimedIn: ['simulated-aws'],
  testedIn: ['test/simulated-aws'],
});
