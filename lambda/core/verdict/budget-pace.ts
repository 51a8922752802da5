import type { Floor } from './floor.ts';

/** The hours of a month, as AWS counts them where it gives prices by the month. */
export const HOURS_OF_A_MONTH = 730;

/** Past the floor's end, where only `paceUsdPerHour` counts: what is settled reaches further than the floor may. */
export const isBeyond = ({ usd, settledUsd }: Floor, spentUsd: number): boolean =>
  spentUsd >= usd && spentUsd < settledUsd;

/**
 * What may run past the floor's end where the matter is settled, in US dollars an hour: at this pace a whole month costs
 * the limit once. So whoever forges what settles it gains one limit more a month, and the owner, whose own machines
 * fit into his budget, has them back for good.
 */
export const paceUsdPerHour = (fixedUsd: number): number => fixedUsd / HOURS_OF_A_MONTH;
