import { allowedUsd, granted } from '../core/allowance.ts';
import type { Foresight } from '../core/decide.ts';
import { estimateOfMonth } from '../core/tripwire-memory.ts';
import type { Deps } from '../deps.ts';
import { remember } from './remembered.ts';

/** What the tripwire and the owner's allowances say of this month; nothing where they cannot be read. Never rejects. */
export async function foresee(
  { store, clock, budget }: Pick<Deps, 'store' | 'clock' | 'budget'>,
  now: number,
): Promise<Foresight> {
  const { memory, allowances } = await remember(store, clock);
  return {
    allowedUsd: budget?.cap ? allowedUsd(granted(allowances, budget.cap, now)) : 0,
    estimateUsd: estimateOfMonth(memory, now) ?? 0,
  };
}
