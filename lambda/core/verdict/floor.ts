/** What the last restore left behind; anybody with admin rights may have written it. */
export interface Closure {
  readonly closedAt: string;
  readonly triggers: readonly string[];
  readonly spendUsd?: number;
}

/** A restore, or a fire of the tripwire, raises the floor by this share of the limit. */
const FLOOR_STEP = 0.25;
const FLOOR_CAP = 2;

/** Where spend fires next, in US dollars of a month. */
export interface Floor {
  readonly usd: number;
  /** Up to what spend a restore or a fire has dealt with, or else the limit. */
  readonly handledUsd: number;
}

/**
 * After a restore, or a fire, the same spend must not fire again: the floor is a quarter of the limit above it, and
 * `floorCapUsd` at most.
 * @param limitUsd with what is allowed; `fixedUsd` is without.
 * @param firedUsd at what spend the tripwire fired last.
 */
export function floorOf(
  limitUsd: number,
  fixedUsd: number,
  spentUsd: number,
  closure: Closure | undefined,
  firedUsd = 0,
): Floor {
  const claimed = closure?.spendUsd ?? 0;
  // A restore's mark can be forged: it counts only if it claims no more than was really spent.
  const isBelievable = Number.isFinite(claimed) && claimed <= spentUsd && claimed >= limitUsd;
  const dealtWithUsd = Math.max(isBelievable ? claimed : 0, firedUsd);
  const handledUsd = Math.max(limitUsd, dealtWithUsd + FLOOR_STEP * limitUsd);
  return { usd: Math.min(handledUsd, floorCapUsd(fixedUsd, limitUsd)), handledUsd };
}

/** The floor as a Budgets message meets it: fires of the tripwire raise it for the tripwire alone. */
export const floorUsd = (
  limitUsd: number,
  spentUsd: number,
  closure: Closure | undefined,
  fixedUsd = limitUsd,
): number => floorOf(limitUsd, fixedUsd, spentUsd, closure).usd;

/**
 * Where the floor ends: twice the limit of the template, whatever else is written into the bucket. Allowances are
 * written there too, so they are in it, unless the owner's own cap lets them take the limit that far by themselves.
 */
export const floorCapUsd = (fixedUsd: number, limitUsd: number): number =>
  Math.max(FLOOR_CAP * fixedUsd, limitUsd + (limitUsd > fixedUsd ? FLOOR_STEP * fixedUsd : 0));

/** The hours of a month, as AWS counts them where it gives prices by the month. */
export const HOURS_OF_A_MONTH = 730;

/** Past the floor's end, where only `paceUsdPerHour` counts: what is dealt with reaches further than the floor may. */
export const isBeyond = ({ usd, handledUsd }: Floor, spentUsd: number): boolean =>
  spentUsd >= usd && spentUsd < handledUsd;

/**
 * What may run past the floor's end where it is dealt with, in US dollars an hour: at this pace a whole month costs
 * the limit once. So whoever forges a restore gains one limit more a month, and the owner, whose own machines
 * fit into his budget, has them back for good.
 */
export const paceUsdPerHour = (fixedUsd: number): number => fixedUsd / HOURS_OF_A_MONTH;
