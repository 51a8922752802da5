import type { Timeline } from '../time/timeline.ts';
import { RateCurve } from './rate-curve.ts';

/** What a charge is filed under. */
export interface Post {
  readonly service: 'EC2' | 'Fargate' | (string & {});
  readonly region: string;
  /** Who caused it: the principal's name. */
  readonly owner: string;
}

/** Something that costs money for as long as it runs. */
export interface Charge extends Post {
  readonly id: string;
  readonly usdPerHour: number;
}

export interface Spend {
  readonly service: string;
  readonly region: string;
  readonly usd: number;
}

type PostFilter = (post: Post) => boolean;

/** The start of the calendar month of `time`, in UTC, as AWS bills; or of a later month. Both in ms since 1970. */
export const monthStart = (time: number, monthsLater = 0): number => {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1);
};

/**
 * What the account spends, to the millisecond: the exact integral over all that ran. It keeps changes of the rate by
 * service, region and owner, not by charge, so that many charges that start together need one entry.
 */
export class Ledger {
  readonly #timeline: Timeline;
  readonly #running = new Map<string, Charge>();
  readonly #curves = new Map<string, { readonly post: Post; readonly curve: RateCurve }>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The charge runs from now on; does nothing for an id that runs. */
  start(charge: Charge): void {
    if (this.#running.has(charge.id)) return;
    this.#running.set(charge.id, charge);
    this.#curveOf(charge).change(this.#timeline.now(), charge.usdPerHour);
  }

  /** The charge ends now; does nothing for an id that does not run. */
  stop(id: string): void {
    const charge = this.#running.get(id);
    if (!charge) return;
    this.#running.delete(id);
    this.#curveOf(charge).change(this.#timeline.now(), -charge.usdPerHour);
  }

  /** Spends an amount once, now. */
  book(post: Post, usd: number): void {
    this.#curveOf(post).jump(this.#timeline.now(), usd);
  }

  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  /** Dollars up to now. */
  usd(filter: PostFilter = () => true): number {
    const now = this.#timeline.now();
    return this.#sum(filter, (curve) => curve.usdUntil(now));
  }

  /** Dollars per hour of what runs now. */
  usdPerHour(filter: PostFilter = () => true): number {
    return this.#sum(filter, (curve) => curve.usdPerHour);
  }

  /** Dollars spent from `from` on and before `to`, both in ms since 1970; up to now when `to` is not yet past. */
  usdBetween(from: number, to: number, filter: PostFilter = () => true): number {
    return this.#sum(filter, (curve) => this.#between(curve, from, to));
  }

  /** The same by service and region; without those that cost nothing. */
  byServiceAndRegion(from: number, to: number): Spend[] {
    const spends = new Map<string, Spend>();
    for (const { post, curve } of this.#curves.values()) {
      const { service, region } = post;
      const key = `${service} ${region}`;
      const usd = (spends.get(key)?.usd ?? 0) + this.#between(curve, from, to);
      if (usd > 0) spends.set(key, { service, region, usd });
    }
    return [...spends.values()];
  }

  #between(curve: RateCurve, from: number, to: number): number {
    const now = this.#timeline.now();
    if (Math.min(to, now) < from) return 0;
    return (to < now ? curve.usdBefore(to) : curve.usdUntil(now)) - curve.usdBefore(from);
  }

  #sum(filter: PostFilter, value: (curve: RateCurve) => number): number {
    let sum = 0;
    for (const { post, curve } of this.#curves.values()) if (filter(post)) sum += value(curve);
    return sum;
  }

  #curveOf({ service, region, owner }: Post): RateCurve {
    const key = JSON.stringify([service, region, owner]);
    const known = this.#curves.get(key);
    if (known) return known.curve;
    const curve = new RateCurve();
    this.#curves.set(key, { post: { service, region, owner }, curve });
    return curve;
  }
}
