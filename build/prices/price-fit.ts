import { groupBy } from '../../lambda/core/group-by.ts';
import {
  factorIn,
  groupOf,
  splitType,
  UNITS_OF_UNKNOWN_SIZE,
  unitsOf,
  unlistedUsd,
} from '../../lambda/core/prices/price-lines.ts';
import { FAMILIES, REGIONS } from '../../lambda/core/prices/price-table.ts';

/** On-demand dollars per hour by type. */
export type PricesByType = ReadonlyMap<string, number>;
/** The same by region. */
export type PricesByRegion = ReadonlyMap<string, PricesByType>;

export interface FittedTable {
  /** `family=xlarge,size=usd…`, sorted. */
  readonly families: readonly string[];
  /** `region=1,group=factor,family=factor…`, sorted. */
  readonly regions: readonly string[];
}

/** The region whose prices stand in the table; those of the others are told by factors. */
export const HOME = 'us-east-1';
/** A size that is further off its family's line than this stands in the table by itself. */
const OFF_LINE = 0.015;
/** So does a family that is further off its group's factor in a region. */
const OFF_GROUP = 0.06;

/**
 * As few figures as tell all prices within 6 %, and those of us-east-1 within 1.5 %. Families that are not sold in
 * us-east-1 are taken from the cheapest region where they are.
 */
export function fitTable(prices: PricesByRegion): FittedTable {
  const home = new Map(prices.get(HOME));
  for (const [, byType] of prices)
    for (const [type, usd] of byType)
      if (!prices.get(HOME)?.has(type)) home.set(type, Math.min(usd, home.get(type) ?? usd));
  const regions = [...prices].map(([region, byType]) => regionEntry(region, byType, home));
  return { families: familyEntries(home), regions: regions.sort(inOrder) };
}

/** The table as it is now. */
export const currentTable = (): FittedTable => ({
  families: FAMILIES.trim().split(/\s+/),
  regions: REGIONS.trim().split(/\s+/),
});

/**
 * A newer table in place of an older one. Families and regions that the newer lacks stay as they were: what AWS sells no
 * more may still run.
 */
export const updatedTable = (older: FittedTable, newer: FittedTable): FittedTable => ({
  families: updated(older.families, newer.families),
  regions: updated(older.regions, newer.regions),
});

function updated(older: readonly string[], newer: readonly string[]): string[] {
  const byName = new Map([...older, ...newer].map((entry) => [nameOf(entry), entry]));
  return [...byName.values()].sort(inOrder);
}

function familyEntries(home: PricesByType): string[] {
  return [...groupBy(home.keys(), (type) => splitType(type).family)]
    .map(([family, types]) => familyEntry(family, types.sort(inOrder), home))
    .sort(inOrder);
}

function familyEntry(family: string, types: readonly string[], home: PricesByType): string {
  const sizes = types.map((type) => {
    const { size } = splitType(type);
    return { size, units: unitsOf(size), usd: home.get(type) ?? 0 };
  });
  const known = sizes.flatMap(({ usd, units }) => (units === undefined ? [] : [{ usd, units }]));
  const rate = figures(
    known.length > 0 ? lineThrough(known) : dearest(sizes.map(({ usd }) => usd / UNITS_OF_UNKNOWN_SIZE)),
  );
  const off = new Map(
    sizes
      .filter(({ usd, units }) => units === undefined || Math.abs((units * rate) / usd - 1) > OFF_LINE)
      .map(({ size, usd }) => [size, usd]),
  );
  // A size that the list does not have, such as the bare metal of a host, is at least as dear as the dearest.
  const top = sizes.reduce((a, b) => (b.usd > a.usd ? b : a));
  if (top.usd > unlistedUsd({ xlargeUsd: rate, sizes: off }, '') * (1 + OFF_LINE)) off.set(top.size, top.usd);
  const listed = [...off].sort(([a], [b]) => inOrder(a, b)).map(([size, usd]) => `,${size}=${figures(usd)}`);
  return `${family}=${rate}${listed.join('')}`;
}

/**
 * The rate that most sizes share; the dearest where no two do, so that a size that is not listed is not too
 * cheap. Where all sizes have one price, it is that of the host, and the largest size has the host's rate.
 */
function lineThrough(sizes: readonly { readonly usd: number; readonly units: number }[]): number {
  const rates = sizes.map(({ usd, units }) => usd / units);
  if (new Set(sizes.map(({ usd }) => usd)).size === 1) return Math.min(...rates);
  const shared = (rate: number) => rates.filter((each) => Math.abs(each / rate - 1) <= OFF_LINE);
  const best = rates.reduce((a, b) => (shared(b).length > shared(a).length ? b : a));
  return shared(best).length > 1 ? median(shared(best)) : dearest(rates);
}

function regionEntry(region: string, byType: PricesByType, home: PricesByType): string {
  const families = [...groupBy(byType.keys(), (type) => splitType(type).family)].map(([family, types]) => {
    const ratios = types.map((type) => (byType.get(type) ?? 0) / (home.get(type) ?? 1));
    return { family, group: groupOf(family), ratio: median(ratios) };
  });
  const groups = new Map(
    [...groupBy(families, ({ group }) => group)].map(([group, some]) => [
      group,
      hundredths(median(some.map(({ ratio }) => ratio))),
    ]),
  );
  for (const group of [...groups.keys()].filter((each) => each.endsWith('-ag'))) {
    const whole = groups.get(group.replace(/-ag$/, ''));
    if (whole !== undefined && Math.abs((groups.get(group) ?? 0) / whole - 1) <= OFF_GROUP / 3)
      groups.delete(group);
  }
  const off = families
    .filter(({ family, ratio }) => Math.abs(factorIn(groups, family) / ratio - 1) > OFF_GROUP)
    .map(({ family, ratio }) => `${family}=${hundredths(ratio)}`);
  const grouped = [...groups].map(([group, factor]) => `${group}=${factor}`).sort(inOrder);
  return [`${region}=1`, ...grouped, ...off.sort(inOrder)].join(',');
}

const nameOf = (entry: string) => entry.split('=')[0] ?? '';
const inOrder = (a: string, b: string) => (a < b ? -1 : 1);
const dearest = (values: readonly number[]) => Math.max(...values);
const hundredths = (value: number) => Number(value.toFixed(2));
const figures = (value: number) => Number(value.toPrecision(5));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
