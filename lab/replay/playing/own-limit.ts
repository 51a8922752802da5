import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { monthStart } from '../../../simulated-aws/core/ledger.ts';
import type { Incident } from '../../incidents/schema.ts';
import { beginsAt, plannedUsd } from '../../incidents/times.ts';

const DAY_MS = 24 * 3_600_000;
/**
 * A month's last dollar is in the bill after 24 hours, and Budgets looks up to 12 hours later. Source: AWS Cost Management
 * User Guide, "Managing your costs with AWS Budgets".
 */
const KNOWN_LATE_MS = 36 * 3_600_000;
/** A restore allows for so much of the limit more. Source: docs/adr/0011-floor-after-restore.md. */
const PER_RESTORE = 0.25;
/** All allowances of a month count for so much of the limit at most. Source: docs/adr/0021-allowances.md. */
const ALLOWANCES = 0.5;

/**
 * What the owner set as the limit of each calendar month, and whether a month has reached it. It is judged by the ledger
 * and by what the story plans, and not by what a defence says.
 */
export class OwnLimit {
  /** By the start of the month: what had been spent at its last restore. */
  readonly #restoredUsd = new Map<number, number>();

  constructor(
    private readonly account: Pick<SimulatedAccount, 'timeline' | 'ledger'>,
    private readonly incident: Incident,
  ) {}

  /**
   * Whether a stop is what the owner asked for: this month's limit is reached, or last month's was, was not dealt with,
   * and may only now be known.
   */
  isReached(): boolean {
    const now = this.account.timeline.now();
    const month = monthStart(now);
    return (
      this.#isReachedIn(month, now) ||
      (now - month < KNOWN_LATE_MS && this.#isReachedIn(monthStart(month, -1), month))
    );
  }

  /**
   * The month would reach its limit if nothing were stopped, and has reached it but for a day. No bill is younger than a
   * day, so a defence may count the last day twice.
   */
  #isReachedIn(month: number, until: number): boolean {
    const limitUsd = this.#limitOf(month, until);
    const lastDayUsd = this.account.ledger.usdBetween(Math.max(month, until - DAY_MS), until);
    const plan = plannedUsd(this.incident, { from: month, until: monthStart(month, 1) });
    return plan >= limitUsd && this.#spentUsd(month, until) + lastDayUsd >= limitUsd;
  }

  /** The owner puts back what was stopped: from now on the month may cost more. */
  restored(): void {
    const now = this.account.timeline.now();
    const month = monthStart(now);
    this.#restoredUsd.set(month, this.#spentUsd(month, now));
  }

  /** The limit of this month, with what was allowed and put back until now, in US dollars. */
  usd(): number {
    const now = this.account.timeline.now();
    return this.#limitOf(monthStart(now), now);
  }

  #limitOf(month: number, until: number): number {
    const { budgetUsd, owner } = this.incident;
    const begun = owner.allowances.filter((each) => {
      const at = beginsAt(each, this.incident);
      return at <= until && monthStart(at) === month;
    });
    const allowedUsd = begun.reduce((sum, { usd }) => sum + usd, 0);
    const limitUsd = budgetUsd + Math.min(allowedUsd, ALLOWANCES * budgetUsd);
    const restoredUsd = this.#restoredUsd.get(month);
    return restoredUsd === undefined ? limitUsd : Math.max(limitUsd, restoredUsd + PER_RESTORE * limitUsd);
  }

  #spentUsd(month: number, now: number): number {
    return this.account.ledger.usdBetween(month, now);
  }
}
