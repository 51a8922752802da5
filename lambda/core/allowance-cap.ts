import type { Settings } from './settings.ts';

/** The limit of all allowances, fixed at deploy time: US dollars a month, and hours for each one. */
export interface AllowanceCap {
  readonly usd: number;
  readonly hours: number;
}

/** The default for dollars is half the budget. */
export const allowanceCap = ({
  allowance: { maxUsd, maxHours },
  monthlyBudgetUsd,
}: Settings): AllowanceCap => ({
  usd: maxUsd ?? monthlyBudgetUsd / 2,
  hours: maxHours,
});
