/** What the last restore left behind; anybody with admin rights may have written it. */
export interface Closure {
  readonly closedAt: string;
  readonly triggers: readonly string[];
  readonly spendUsd?: number;
}

/** A restore, or a fire of the tripwire, raises the floor by this share of the limit. */
const FLOOR_STEP = 0.25;
const FLOOR_CAP = 2;
/** The hours of a month, as AWS counts them where it gives prices by the month. */
export const HOURS_OF_A_MONTH = 730;

/**
 * Up to what spend a restore or a fire has settled the matter, in US dollars: a quarter of the limit beyond its own.
 * @param limitUsd with what is allowed.
 */
export const settledUsd = (limitUsd: number, spendUsd: number): number => spendUsd + FLOOR_STEP * limitUsd;

/**
 * The same of a restore's mark; 0 where it counts for nothing. It can be forged, so it counts only if it claims no more
 * than was really spent.
 */
export function settledByRestoreUsd(
  limitUsd: number,
  actualUsd: number,
  closure: Closure | undefined,
): number {
  const claimed = closure?.spendUsd;
  return claimed === undefined || !Number.isFinite(claimed) || claimed > actualUsd || claimed < limitUsd
    ? 0
    : settledUsd(limitUsd, claimed);
}

/**
 * After a restore the same spend must not fire again: the floor is what the restore has settled, `floorCapUsd` at most.
 * @param limitUsd with what is allowed; `fixedUsd` is without.
 */
export const floorUsd = (
  limitUsd: number,
  actualUsd: number,
  closure: Closure | undefined,
  fixedUsd = limitUsd,
): number =>
  Math.max(
    limitUsd,
    Math.min(settledByRestoreUsd(limitUsd, actualUsd, closure), floorCapUsd(fixedUsd, limitUsd)),
  );

/**
 * Where the floor ends: twice the limit of the template, whatever else is written into the bucket. Allowances are
 * written there too, so they are in it, unless the owner's own cap lets them take the limit that far by themselves.
 */
export const floorCapUsd = (fixedUsd: number, limitUsd: number): number =>
  Math.max(FLOOR_CAP * fixedUsd, limitUsd + (limitUsd > fixedUsd ? FLOOR_STEP * fixedUsd : 0));

/**
 * What may run past the floor's end where the matter is settled, in US dollars an hour: at this pace a whole month costs
 * the limit once. So whoever forges what settles it gains one limit more a month, and the owner, whose own machines
 * fit into his budget, has them back for good.
 */
export const paceUsdPerHour = (fixedUsd: number): number => fixedUsd / HOURS_OF_A_MONTH;
