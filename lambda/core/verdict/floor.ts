/** What restores have left in the mark; an intruder with admin rights may have written it. */
export interface Closure {
  /** Missing while a later incident is open. */
  readonly closedAt?: string;
  readonly triggers: readonly string[];
  /** The spend that restores have dealt with, in US dollars by month: each month has a floor of its own. */
  readonly restoredUsd?: Readonly<Record<string, number>>;
}

/** A restore, or a fire of the tripwire, raises the floor by this share of the limit. */
const FLOOR_STEP = 0.25;
const FLOOR_CAP = 2;

/** The spend at which it fires next, in US dollars of a month. */
export interface Floor {
  readonly usd: number;
  /** The floor without its cap: the limit, or a quarter of it above what a restore or a fire handled. */
  readonly handledUsd: number;
}

/**
 * After a restore or a fire, the same spend must not fire again: the floor is a quarter of the limit above
 * it, and at most `floorCapUsd`.
 * @param limitUsd with allowances; `fixedUsd` is without.
 * @param restoredUsd the spend that a restore dealt with in the same month. A restore's mark can be forged: it counts up
 *   to what was spent, and not at all if it claims a quarter of the limit more.
 * @param firedUsd the spend at which the tripwire fired last in the same month.
 */
export function floorOf(
  limitUsd: number,
  fixedUsd: number,
  spentUsd: number,
  restoredUsd = 0,
  firedUsd = 0,
): Floor {
  const stepUsd = FLOOR_STEP * limitUsd;
  // An estimate may have sunk a little since the restore; a claim far beyond what was spent is forged. Less than the limit
  // counts too: the tripwire fires ahead of it, and a new figure of Budgets may take the estimate just below it.
  const isBelievable = restoredUsd > 0 && spentUsd >= limitUsd && restoredUsd <= spentUsd + stepUsd;
  const claimedUsd = isBelievable ? Math.min(restoredUsd, spentUsd) : 0;
  const lastUsd = Math.max(claimedUsd, firedUsd);
  const handledUsd = Math.max(limitUsd, lastUsd + stepUsd);
  return { usd: Math.min(handledUsd, floorCapUsd(fixedUsd, limitUsd)), handledUsd };
}

/** The floor for a Budgets message: fires of the tripwire raise the floor only for the tripwire. */
export const floorUsd = (
  limitUsd: number,
  spentUsd: number,
  restoredUsd: number | undefined,
  fixedUsd = limitUsd,
): number => floorOf(limitUsd, fixedUsd, spentUsd, restoredUsd).usd;

/**
 * The floor's cap: twice the limit of the template, whatever an intruder writes to the bucket. Allowances
 * come from the bucket, so they do not add to it, unless the owner's cap on allowances lets the limit itself
 * come that far.
 */
export const floorCapUsd = (fixedUsd: number, limitUsd: number): number =>
  Math.max(FLOOR_CAP * fixedUsd, limitUsd + (limitUsd > fixedUsd ? FLOOR_STEP * fixedUsd : 0));

/** The hours of a month by AWS's count, for prices by the month. */
export const HOURS_OF_A_MONTH = 730;

/** Past the floor's cap, but handled by a restore or a fire: then `paceUsdPerHour` decides. */
export const isBeyond = ({ usd, handledUsd }: Floor, spentUsd: number): boolean =>
  spentUsd >= usd && spentUsd < handledUsd;

/**
 * The rate that may run when spend `isBeyond` the floor, in US dollars an hour: at this pace, a month costs
 * the limit once. So a forged restore gains an intruder at most one more limit a month, and an owner whose
 * machines fit into the budget gets them back for good.
 */
export const paceUsdPerHour = (fixedUsd: number): number => fixedUsd / HOURS_OF_A_MONTH;
