import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { Post } from '../../../simulated-aws/core/ledger.ts';
import type { SimulatedInstance } from '../../../simulated-aws/services/ec2/instance.ts';
import { INTRUDER, type Intruder } from '../../intruder/intruder.ts';
import type { Mark, MarkKind, Measures, Point } from './measures.ts';

type Observed = Pick<SimulatedAccount, 'timeline' | 'ledger' | 'ec2' | 'iam'>;

const SAMPLE_MS = 600_000;
/** Rates are sums of floating-point numbers. */
const NOTHING_USD = 1e-6;
const MINUTE_MS = 60_000;

export const isIntruders = ({ owner }: Post): boolean => owner === INTRUDER;

/**
 * Watches the simulated account itself, and not what a defence says: the ledger, the states of instances, and whether the
 * intruder's credentials work. Exact for EC2; everything else is seen at the next sample.
 */
export class Observer {
  readonly points: Point[] = [];
  readonly marks: Mark[] = [];
  readonly #account: Observed;
  readonly #intruder: Intruder | undefined;
  #rate = 0;
  #firstStop: number | undefined;
  #knowableAt: number | undefined;
  /** Since when nothing of the intruder's costs anything, and since when none of the intruder's credentials works. */
  #stoppedSince: number | undefined;
  #deadSince: number | undefined;
  readonly #toldAt: number[] = [];

  constructor(account: Observed, intruder: Intruder | undefined) {
    this.#account = account;
    this.#intruder = intruder;
    account.ec2.onState((instances, state) => {
      if (state === 'stopping' || state === 'shutting-down') this.#stops(instances);
      if (state !== 'stopped' && state !== 'terminated') this.look();
    });
    account.timeline.every(SAMPLE_MS, () => this.look(true));
    this.look(true);
  }

  /** Samples the figures of this moment. */
  look(keep = false): void {
    const now = this.#account.timeline.now();
    const rate = this.#account.ledger.usdPerHour(isIntruders);
    if (rate < this.#rate - NOTHING_USD) this.#hasStopped(now);
    if (keep || Math.abs(rate - this.#rate) > NOTHING_USD) this.#keep(now);
    this.#rate = rate;
    if (rate > NOTHING_USD) this.#stoppedSince = undefined;
    else this.#stoppedSince ??= now;
    if (this.#intruder?.credentials.first()) this.#deadSince = undefined;
    else this.#deadSince ??= now;
  }

  /** The owner or a report says that it is over. */
  told(at = this.#account.timeline.now()): void {
    this.#toldAt.push(at);
  }

  mark(kind: MarkKind, at = this.#account.timeline.now()): void {
    this.marks.push({ kind, at });
    this.look(true);
  }

  marked(kind: MarkKind): boolean {
    return this.marks.some((mark) => mark.kind === kind);
  }

  /** The tripwire looked and could have known. The first time counts. */
  couldKnow(): void {
    this.#knowableAt ??= this.#account.timeline.now();
  }

  /** The figures at the end, with what was counted elsewhere. */
  measures(
    names: Pick<Measures, 'incident' | 'defence'>,
    more: Pick<Measures, 'warnings' | 'ownWarnings' | 'months'>,
  ): Measures {
    this.look(true);
    const since = this.#intruder?.compromisedAt;
    const minutes = (at: number | undefined) =>
      since === undefined || at === undefined ? null : Math.max(0, round((at - since) / MINUTE_MS, 1));
    const hurt = this.#firstStop !== undefined || this.#rate > NOTHING_USD;
    const [lastStop, dead] = [hurt ? minutes(this.#stoppedSince) : null, minutes(this.#deadSince)];
    const over = lastStop === null || dead === null ? null : Math.max(lastStop, dead);
    // A message that came too early was wrong.
    const told = this.#toldAt.map(minutes).filter((at) => at !== null && over !== null && at >= over);
    if (since !== undefined && over !== null)
      this.marks.push({ kind: 'contained', at: since + over * MINUTE_MS });
    return {
      ...names,
      dollars: round(this.#account.ledger.usd(isIntruders), 2),
      minutesToFirstStop: minutes(this.#firstStop),
      minutesToLastStop: lastStop,
      minutesToCredentialsDead: dead,
      minutesToClean: told[0] ?? null,
      falseFires: this.#count('false-fire'),
      firesAtLimit: this.#count('fire-at-limit'),
      warnings: more.warnings,
      ownWarnings: more.ownWarnings,
      minutesFromKnowable:
        this.#knowableAt === undefined || this.#firstStop === undefined
          ? null
          : round((this.#firstStop - this.#knowableAt) / MINUTE_MS, 2),
      months: more.months,
    };
  }

  #count(wanted: MarkKind): number {
    return this.marks.filter(({ kind }) => kind === wanted).length;
  }

  #stops(instances: readonly SimulatedInstance[]): void {
    if (instances.some(({ launchedBy }) => launchedBy === INTRUDER))
      this.#hasStopped(this.#account.timeline.now());
  }

  #hasStopped(now: number): void {
    if (this.#firstStop !== undefined) return;
    this.#firstStop = now;
    this.marks.push({ kind: 'first-stop', at: now });
  }

  #keep(at: number): void {
    const { ledger } = this.#account;
    const last = this.points.at(-1);
    const point = { at, lostUsd: ledger.usd(isIntruders), totalUsd: ledger.usd() };
    if (last?.at === at) this.points.pop();
    this.points.push(point);
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
