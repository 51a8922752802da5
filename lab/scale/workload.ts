import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';

export type Spread = 'one region' | '17 regions' | '34 regions';
export const SPREADS: readonly Spread[] = ['one region', '17 regions', '34 regions'];

/** What the account holds. */
export interface Workload {
  readonly machines: number;
  /** One region means one of the 17 that every account has. */
  readonly spread: Spread;
  /** All of the machines have stop protection, or none. */
  readonly isProtected: boolean;
  /** Each with two active keys. */
  readonly users: number;
}

export const KEYS_EACH = 2;
const SIZES = [300, 3_000, 20_000, 100_000];

const machines = (count: number, spread: Spread, isProtected: boolean): Workload => ({
  machines: count,
  spread,
  isProtected,
  users: 0,
});
const users = (count: number, beside = 0): Workload => ({
  ...machines(beside, '17 regions', false),
  users: count,
});

/** What fits into a minute. */
export const QUICK: readonly Workload[] = [
  ...[false, true].flatMap((isProtected) => [
    machines(300, 'one region', isProtected),
    machines(300, '17 regions', isProtected),
    machines(3_000, '17 regions', isProtected),
  ]),
  machines(3_000, 'one region', false),
  users(100),
];

/** Every size without protection; with it up to 3,000, since each protected machine takes three calls. */
export const ALL: readonly Workload[] = [
  ...SPREADS.flatMap((spread) => SIZES.map((count) => machines(count, spread, false))),
  ...SPREADS.flatMap((spread) => SIZES.slice(0, -2).map((count) => machines(count, spread, true))),
  users(1_000),
  users(1_000, 3_000),
];

/** Each takes minutes, or half an hour and more. */
export const LARGEST: readonly Workload[] = SIZES.slice(-2).flatMap((count) =>
  SPREADS.map((spread) => machines(count, spread, true)),
);

/** The regions of such an account, whether machines run in them or not. */
export const regionsOf = ({ spread }: Workload): readonly string[] =>
  spread === '34 regions' ? [...DEFAULT_REGIONS, ...OPT_IN_REGIONS] : DEFAULT_REGIONS;

/** Machines by region, evenly over those that have any; regions without are there too. */
export function machinesByRegion(workload: Workload): ReadonlyMap<string, number> {
  const regions = regionsOf(workload);
  const { machines: count, spread } = workload;
  const taken = spread === 'one region' ? 1 : regions.length;
  const share = (at: number) => Math.floor(count / taken) + (at < count % taken ? 1 : 0);
  return new Map(regions.map((region, at) => [region, at < taken ? share(at) : 0]));
}

const number = (count: number) => count.toLocaleString('en-US');

/** `3,000 protected machines in 17 regions`. */
export function titleOf({ machines: count, spread, isProtected, users: people }: Workload): string {
  const fleet =
    count > 0 ? `${number(count)} ${isProtected ? 'protected ' : ''}machines in ${spread}` : undefined;
  const keys = people > 0 ? `${number(people)} users with ${KEYS_EACH} keys each` : undefined;
  return [fleet, keys].filter(Boolean).join(', ');
}
