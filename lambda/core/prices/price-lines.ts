import { FAMILIES, REGIONS } from './price-table.ts';

/** The prices of one family in us-east-1. */
export interface FamilyLine {
  /** Dollars an hour of an `xlarge`. In most families the price grows linearly with the vCPUs. */
  readonly xlargeUsd: number;
  /** Dollars an hour of the sizes with another price, by size. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** A region's factors on the prices in us-east-1: by family if it differs from its group, else by group. */
export type RegionFactors = ReadonlyMap<string, number>;

/** Fractions of an `xlarge`, which has 4 vCPU in most families. Source: Amazon EC2 instance types guide. */
const PARTS: ReadonlyMap<string, number> = new Map([
  ['nano', 1 / 32],
  ['micro', 1 / 16],
  ['small', 1 / 8],
  ['medium', 1 / 4],
  ['large', 1 / 2],
  ['xlarge', 1],
]);

export function splitType(type: string): { readonly family: string; readonly size: string } {
  const dot = type.indexOf('.');
  return dot < 0 ? { family: type, size: '' } : { family: type.slice(0, dot), size: type.slice(dot + 1) };
}

/**
 * Bare metal costs up to this much more than the virtual size of the same name. Source: the published list of
 * 2026-02-09: `m8g.metal-24xl` 1.1, `i7i.metal-24xl` 1.06, `m8g.metal-48xl` 1.
 */
const METAL_TIMES = 1.1;

/**
 * What a size costs, in `xlarge`: `24xlarge` is 24, and `metal-24xl` a tenth more. Undefined for `metal` and
 * unknown sizes.
 */
export function unitsOf(size: string): number | undefined {
  const times = /^(?:(\d{1,4})xlarge|metal-(\d{1,4})xl)$/.exec(size);
  if (!times) return PARTS.get(size);
  return (times[1] ? Number(times[1]) : Number(times[2]) * METAL_TIMES) || undefined;
}

/** An unknown size counts as the largest size of most families, 192 vCPU. */
export const UNITS_OF_UNKNOWN_SIZE = 48;

/** Dollars an hour in us-east-1 of a size that the table does not list. It errs upwards. */
export function unlistedUsd({ xlargeUsd, sizes }: FamilyLine, size: string): number {
  const units = unitsOf(size);
  if (units !== undefined) return units * xlargeUsd;
  return Math.max(UNITS_OF_UNKNOWN_SIZE * xlargeUsd, ...sizes.values());
}

/** The first letters of a family: `c` of `c7gn`, `trn` of `trn2`, `mac` of `mac2-m2`. */
export const lettersOf = (family: string): string => /^[a-z]*/.exec(family)?.[0] ?? '';

/** First letters of families with the same factors. Other letters are a group of their own. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  memory: ['r', 'z'],
  storage: ['d', 'h', 'i', 'im', 'is'],
  accelerated: ['dl', 'f', 'g', 'gr', 'inf', 'p', 'trn', 'vt'],
  large: ['cr', 'x'],
};
const GROUP_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(GROUPS).flatMap(([group, members]) => members.map((each) => [each, group] as const)),
);
/** AMD's processors and Amazon's own are much cheaper in some regions. */
const OWN_CHIPS = /^[cmrt]\d[ag]/;

export function groupOf(family: string): string {
  const letters = lettersOf(family);
  const group = GROUP_OF.get(letters) ?? letters;
  return OWN_CHIPS.test(family) ? `${group}-ag` : group;
}

/** Parses `name=1,size=2 other=3`: each entry's name, and all its pairs of a name and a number. */
const entries = (text: string): [string, [string, number][]][] =>
  text
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const pairs = entry.split(',').map((pair): [string, number] => {
        const [name = '', value = ''] = pair.split('=');
        return [name, Number(value)];
      });
      return [pairs[0]?.[0] ?? '', pairs];
    });

export const familyLines = (text: string): ReadonlyMap<string, FamilyLine> =>
  new Map(
    entries(text).map(([family, [first, ...sizes]]) => [
      family,
      { xlargeUsd: first?.[1] ?? 0, sizes: new Map(sizes) },
    ]),
  );

export const regionFactors = (text: string): ReadonlyMap<string, RegionFactors> =>
  new Map(entries(text).map(([region, [, ...factors]]) => [region, new Map(factors)]));

const NO_SIZES: FamilyLine['sizes'] = new Map();
const LINES = familyLines(FAMILIES);
const FACTORS = regionFactors(REGIONS);

export const lineOf = (family: string): FamilyLine | undefined => LINES.get(family);

/**
 * The least and the most that a size costs in the families with these first letters. If there are none, in all
 * families but `mac`, each along its line, since the sizes of a host fit its own family only.
 */
export function rangeOfKin(letters: string, size: string): { readonly least: number; readonly most: number } {
  const kin = [...LINES].filter(([family]) => lettersOf(family) === letters);
  const others = [...LINES].filter(([family]) => lettersOf(family) !== 'mac');
  const usd =
    kin.length > 0
      ? kin.map(([, line]) => line.sizes.get(size) ?? unlistedUsd(line, size))
      : others.map(([, { xlargeUsd }]) => unlistedUsd({ xlargeUsd, sizes: NO_SIZES }, size));
  return { least: Math.min(...usd), most: Math.max(...usd) };
}

/**
 * The factor of a region on a price in us-east-1. A family that the region does not list takes the factor of
 * its group; an unlisted group takes the region's highest factor; an unknown region the highest of all
 * regions.
 */
export function factorOf(family: string, region: string): number {
  const known = FACTORS.get(region);
  if (known) return factorIn(known, family);
  return Math.max(...[...FACTORS.values()].map((factors) => factorIn(factors, family)));
}

/** The same for a region that the table knows. */
export function factorIn(factors: RegionFactors, family: string): number {
  const group = groupOf(family);
  const factor = factors.get(family) ?? factors.get(group) ?? factors.get(group.replace(/-ag$/, ''));
  return factor ?? Math.max(1, ...factors.values());
}
