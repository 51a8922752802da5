import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { leftovers } from '../account/snapshot.ts';
import { LEAKED, plantAttack, plantNews, plantSecondWave, quarantine } from './account.ts';

const MINUTE_MS = 60_000;

/**
 * What the disturbed tick finds. `quiet`: nothing · `fires`: an attack that nobody has seen yet · `holds`: an open
 * incident, and machines that came since the last look · `exposed`: a key that AWS has quarantined · `daily`: the
 * self-check is due.
 */
export type Situation = 'quiet' | 'fires' | 'holds' | 'exposed' | 'daily';

export interface Scene {
  /** How long ago the kill switch last looked at itself, in ms at the start: it does so once a day. */
  readonly checkedAgo: number;
  /** What happens in the account, by ms from the start; the disturbed tick comes after ten minutes. */
  readonly events: readonly { readonly at: number; readonly happens: (account: SimulatedAccount) => void }[];
  /** What is there before the tick and must be gone, by ms from the start; a line each. */
  readonly left: (account: SimulatedAccount) => string[];
  /** Until when it must be, in ms from the start. */
  readonly containedBy: number;
}

const LATELY = 60 * MINUTE_MS;
const DUE_AT_THE_TICK = 24 * 60 * MINUTE_MS - 9 * MINUTE_MS;
const news = { at: 7 * MINUTE_MS, happens: plantNews };
/** By the next tick, which nothing disturbs. */
const NEXT_TICK = 17 * MINUTE_MS;
const left = (account: SimulatedAccount) => leftovers(account, 'stop');
/** An attack that comes when the tick has begun: the next ones have to see it. */
const after = { at: 11 * MINUTE_MS, happens: plantAttack };

export const SCENES: Readonly<Record<Situation, Scene>> = {
  quiet: { checkedAgo: LATELY, events: [news, after], left, containedBy: NEXT_TICK },
  daily: { checkedAgo: DUE_AT_THE_TICK, events: [news, after], left, containedBy: NEXT_TICK },
  fires: {
    ...{ checkedAgo: LATELY, left, containedBy: NEXT_TICK },
    events: [news, { at: 8 * MINUTE_MS, happens: plantAttack }],
  },
  holds: {
    ...{ checkedAgo: LATELY, left, containedBy: NEXT_TICK },
    events: [
      { at: 2 * MINUTE_MS, happens: plantAttack },
      { at: 9.4 * MINUTE_MS, happens: plantSecondWave },
    ],
  },
  exposed: {
    checkedAgo: LATELY,
    events: [{ at: 8 * MINUTE_MS, happens: quarantine }],
    left: keyOfLeaked,
    // Who is quarantined is asked for once an hour.
    containedBy: 72 * MINUTE_MS,
  },
};

function keyOfLeaked({ iam }: SimulatedAccount): string[] {
  const user = iam.directory.find(LEAKED);
  const isDenied = user?.attachedPolicies.some((arn) => arn.endsWith('/AWSDenyAll'));
  const active = user?.keys.flatMap(({ id, status }) => (status === 'Active' ? id : [])) ?? [];
  return [...active, ...(isDenied ? [] : [`user ${LEAKED}`])];
}
