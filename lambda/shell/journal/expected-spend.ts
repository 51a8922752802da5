import { allowedUsd, granted } from '../../core/tripwire/allowance.ts';
import { estimateOfMonth } from '../../core/tripwire/memory.ts';
import type { Foresight } from '../../core/verdict/decide.ts';
import type { Deps } from '../../engine/deps.ts';
import { remember } from './tripwire-memory.ts';

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
