import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { leftovers } from '../account/snapshot.ts';
import type { Situation } from '../disturbing/fault-case.ts';
import { LEAKED, plantAttack, plantNews, plantSecondWave, quarantine } from './account.ts';

const MINUTE_MS = 60_000;

/** What happens around the disturbed tick. */
export interface Surroundings {
  /** How long before the start the last self-check was, in ms; there is one a day. */
  readonly checkedAgo: number;
  /** What happens in the account, by ms from the start; the disturbed tick comes after ten minutes. */
  readonly events: readonly { readonly at: number; readonly happens: (account: SimulatedAccount) => void }[];
  /** What is there before the tick and must be gone, by ms from the start; a line each. */
  readonly left: (account: SimulatedAccount) => string[];
  /** By when it must be gone, in ms from the start. */
  readonly containedBy: number;
}

const RECENTLY = 60 * MINUTE_MS;
const DUE_AT_THE_TICK = 24 * 60 * MINUTE_MS - 9 * MINUTE_MS;
const news = { at: 7 * MINUTE_MS, happens: plantNews };
/** By the next tick, which nothing disturbs. */
const NEXT_TICK = 17 * MINUTE_MS;
const left = (account: SimulatedAccount) => leftovers(account, 'stop');
/** An attack that begins after the tick: the next ticks have to see it. */
const after = { at: 11 * MINUTE_MS, happens: plantAttack };

export const SITUATIONS: Readonly<Record<Situation, Surroundings>> = {
  quiet: { checkedAgo: RECENTLY, events: [news, after], left, containedBy: NEXT_TICK },
  daily: { checkedAgo: DUE_AT_THE_TICK, events: [news, after], left, containedBy: NEXT_TICK },
  fires: {
    ...{ checkedAgo: RECENTLY, left, containedBy: NEXT_TICK },
    events: [news, { at: 8 * MINUTE_MS, happens: plantAttack }],
  },
  holds: {
    ...{ checkedAgo: RECENTLY, left, containedBy: NEXT_TICK },
    events: [
      { at: 2 * MINUTE_MS, happens: plantAttack },
      { at: 9.4 * MINUTE_MS, happens: plantSecondWave },
    ],
  },
  exposed: {
    checkedAgo: RECENTLY,
    events: [{ at: 8 * MINUTE_MS, happens: quarantine }],
    left: keyOfLeaked,
    // A tick asks once an hour whom AWS has quarantined.
    containedBy: 72 * MINUTE_MS,
  },
};

function keyOfLeaked({ iam }: SimulatedAccount): string[] {
  const user = iam.directory.find(LEAKED);
  const isDenied = user?.attachedPolicies.some((arn) => arn.endsWith('/AWSDenyAll'));
  const active = user?.keys.flatMap(({ id, status }) => (status === 'Active' ? id : [])) ?? [];
  return [...active, ...(isDenied ? [] : [`user ${LEAKED}`])];
}
