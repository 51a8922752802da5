import { INTRUDER_BEHAVIOURS } from '../../lab/intruder/behaviours.ts';
import { REPLAY_BEHAVIOURS } from '../../lab/replay/behaviours.ts';
import { CLAIMS as ACCOUNT_CLAIMS } from '../../simulated-aws/claims.ts';
import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';

/** Everything that the simulated account, and who acts in it here, claims of AWS and of people, by part. */
export const CLAIMS: Readonly<Record<string, readonly Behaviour[]>> = {
  ...ACCOUNT_CLAIMS,
  'The intruder': INTRUDER_BEHAVIOURS,
  'The defences in a replay': REPLAY_BEHAVIOURS,
};
