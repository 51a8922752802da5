import { CLAIMS } from '../../build/generate/claims.ts';
import { describeClaims } from '../simulated-aws/claims-check.ts';

await describeClaims('the claims of the simulated account and of who acts in it', {
  list: CLAIMS,
  claimedIn: ['simulated-aws', 'lab'],
  testedIn: ['test/simulated-aws', 'test/lab'],
});
