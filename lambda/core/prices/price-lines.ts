import { FAMILIES, REGIONS } from './price-table.ts';

/** One family in us-east-1. */
export interface FamilyLine {
  /** Dollars per hour of an `xlarge`: most families' prices are linear in vCPU. */
  readonly xlargeUsd: number;
  /** Dollars per hour of the sizes that are off that line, by size. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** What a price in us-east-1 is multiplied by in a region: by family where one differs, else by group. */
export type RegionFactors = ReadonlyMap<string, number>;

/** Parts of an `xlarge`, which has 4 vCPU in most families. Source: Amazon EC2 instance types guide. */
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

/** How many `xlarge` a size is: `24xlarge` and `metal-24xl` are 24. Undefined for `metal`, and for what is no size. */
export function unitsOf(size: string): number | undefined {
  const times = /^(?:(\d{1,4})xlarge|metal-(\d{1,4})xl)$/.exec(size);
  return times ? Number(times[1] ?? times[2]) || undefined : PARTS.get(size);
}

/** The letters that a family begins with: `c` of `c7gn`, `trn` of `trn2`, `mac` of `mac2-m2`. */
export const lettersOf = (family: string): string => /^[a-z]*/.exec(family)?.[0] ?? '';

/** By letters: the families whose prices differ alike from region to region; other letters are a group each. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  memory: ['r', 'z'],
  storage: ['d', 'h', 'i', 'im', 'is'],
  accelerated: ['dl', 'f', 'g', 'gr', 'inf', 'p', 'trn', 'vt'],
  large: ['cr', 'x'],
};
const GROUP_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(GROUPS).flatMap(([group, members]) => members.map((each) => [each, group] as const)),
);
/** AMD's and Amazon's own processors: much cheaper in some regions. */
const OWN_CHIPS = /^[cmrt]\d[ag]/;

export function groupOf(family: string): string {
  const letters = lettersOf(family);
  const group = GROUP_OF.get(letters) ?? letters;
  return OWN_CHIPS.test(family) ? `${group}-ag` : group;
}

/** `name=1,size=2 other=3` as pairs of a name and what stands behind it. */
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

const LINES = familyLines(FAMILIES);
const FACTORS = regionFactors(REGIONS);

export const lineOf = (family: string): FamilyLine | undefined => LINES.get(family);

/**
 * The least and the most that an `xlarge` costs in families of these letters; where there are none, in all but `mac`,
 * which comes in one size that stands for no number of `xlarge`.
 */
export function kindredRates(letters: string): { readonly least: number; readonly most: number } {
  const kindred = [...LINES].filter(([family]) => lettersOf(family) === letters);
  const others = [...LINES].filter(([family]) => lettersOf(family) !== 'mac');
  const rates = (kindred.length > 0 ? kindred : others).map(([, { xlargeUsd }]) => xlargeUsd);
  return { least: Math.min(...rates), most: Math.max(...rates) };
}

/**
 * What a price in us-east-1 is multiplied by. A family that the region does not list goes by its group, a group that
 * it does not list by the region's dearest, and a region that the table does not know by the dearest of all regions.
 */
export function factorOf(family: string, region: string): number {
  const known = FACTORS.get(region);
  if (known) return factorIn(known, family);
  return Math.max(...[...FACTORS.values()].map((factors) => factorIn(factors, family)));
}

/** The same in a region that the table knows. */
export function factorIn(factors: RegionFactors, family: string): number {
  const group = groupOf(family);
  const factor = factors.get(family) ?? factors.get(group) ?? factors.get(group.replace(/-ag$/, ''));
  return factor ?? Math.max(1, ...factors.values());
}
