import { ALLOWANCES_KEY } from '../../../lambda/core/tripwire/allowance.ts';
import { monthStart } from '../../../simulated-aws/core/ledger.ts';
import type { Outcome } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import type { Incident } from '../../incidents/schema.ts';
import type { InProcessDeployment } from '../../simulation/deployment.ts';
import type { Skipping } from '../../simulation/skipping-host.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** So long after a change each look is played, and around the turn of a month. */
const AFTER_CHANGE_MS = 6 * MINUTE_MS;
const AROUND_TURN_MS = HOUR_MS;
const INCIDENT_MARK_KEY = 'current.json';

/** What a look reports of itself, as far as this needs it; the function answers JSON. */
interface Looked {
  readonly level?: unknown;
  readonly keepsPace?: unknown;
  readonly estimateUsd?: unknown;
  readonly usdPerHour?: unknown;
}

/**
 * Leaves out scheduled looks that could find nothing new: nothing has changed in the account since the last, it
 * was calm, and at this rate the limit is so far that the next one would neither fire nor warn. All that passes is time,
 * and what runs is counted by the next look, since a sample counts until the next. What is left out, and what is not:
 * docs/adr/0023-month-in-one-process.md.
 */
export class QuietHours implements Skipping {
  readonly #longestMs: number;
  #changedAt: number;
  #playedAt = 0;
  #seen = '';
  /** The last look was calm, and this long its verdict cannot change by time alone. */
  #calmUntil = 0;

  constructor(
    private readonly deployment: Pick<InProcessDeployment, 'account' | 'outputs'>,
    { skipsQuietHours }: Pick<Incident, 'skipsQuietHours'>,
    /** The least at which this month may fire, in US dollars. */
    private readonly limitUsd: () => number,
    private readonly warnWithinHours: number,
  ) {
    const { ec2, timeline } = deployment.account;
    this.#longestMs = skipsQuietHours * HOUR_MS;
    this.#changedAt = timeline.now();
    ec2.onState(() => this.#hasChanged());
  }

  skips(event: unknown): boolean {
    const now = this.deployment.account.timeline.now();
    const visible = this.#visible();
    if (visible !== this.#seen) this.#hasChanged();
    this.#seen = visible;
    return (
      isTick(event) &&
      now - this.#changedAt > AFTER_CHANGE_MS &&
      now - this.#playedAt < this.#longestMs &&
      now < this.#calmUntil &&
      now - monthStart(now) > AROUND_TURN_MS &&
      monthStart(now, 1) - now > AROUND_TURN_MS
    );
  }

  played(event: unknown, { payload, error }: Outcome): void {
    const now = this.deployment.account.timeline.now();
    this.#playedAt = now;
    if (!isTick(event)) this.#hasChanged();
    this.#calmUntil = error || !isTick(event) ? 0 : now + this.#calmMs((payload ?? {}) as Looked);
  }

  /** How long nothing but time would have to pass until a look warns. */
  #calmMs({ level, keepsPace, estimateUsd, usdPerHour }: Looked): number {
    if (level !== 'calm' || keepsPace !== false) return 0;
    if (typeof estimateUsd !== 'number' || typeof usdPerHour !== 'number') return 0;
    const restUsd = this.limitUsd() - estimateUsd;
    if (usdPerHour === 0) return restUsd > 0 ? this.#longestMs : 0;
    return (restUsd / usdPerHour - this.warnWithinHours) * HOUR_MS;
  }

  #hasChanged(): void {
    this.#changedAt = this.deployment.account.timeline.now();
  }

  /** What a look reads besides machines, and does not write itself. */
  #visible(): string {
    const { account, outputs } = this.deployment;
    const tagOf = (key: string) => account.s3.find(outputs.JournalBucketName, key)?.etag;
    return JSON.stringify([account.budgets.spendOf(), tagOf(ALLOWANCES_KEY), tagOf(INCIDENT_MARK_KEY)]);
  }
}

const isTick = (event: unknown): boolean => (event as { action?: unknown } | null)?.action === 'tick';
