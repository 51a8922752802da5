import type { Settings } from './settings.ts';

/** The most that allowances can come to, fixed at deploy time: US dollars a month, and hours each. */
export interface AllowanceCap {
  readonly usd: number;
  readonly hours: number;
}

/** By default half the budget, and a day. */
export const allowanceCap = ({
  allowance: { maxUsd, maxHours },
  monthlyBudgetUsd,
}: Settings): AllowanceCap => ({
  usd: maxUsd ?? monthlyBudgetUsd / 2,
  hours: maxHours,
});
