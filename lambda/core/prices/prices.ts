import { type InstanceShape, type LearnedPrices, learnedOf } from './learned-prices.ts';
import { factorOf, kindredRates, lettersOf, lineOf, splitType, unitsOf } from './price-lines.ts';

export {
  type LearnedPrices,
  nothingLearned,
  PRICES_KEY,
  parseLearnedPrices,
  pricesDocument,
} from './learned-prices.ts';

/**
 * `listed`: this very size stands in the table · `family`: by its family's line · `asked`: the Price List API said it ·
 * `estimated`: the table does not know the family.
 */
export type PriceBasis = 'listed' | 'family' | 'asked' | 'estimated';

/** What an instance costs in US dollars an hour, before discounts and taxes, and without disks and traffic. */
export interface Price {
  readonly usdPerHour: number;
  readonly basis: PriceBasis;
}

export type Lifecycle = 'on-demand' | 'spot';

/**
 * Assumption: Spot costs half of on-demand. AWS promises "up to 90 %" off (EC2 User Guide, Spot Instances) and
 * publishes no average; in SkyPilot's catalogue of 2025 it is about a third, up to half, for T3, C6i, R5, G4dn, G5 and
 * P5, and on-demand itself for A1. So an upper estimate of what is usual, not a bound.
 */
const SPOT_PART = 0.5;

/**
 * A learned price moves a price by these at most. The document lies in a bucket that an intruder with admin rights may
 * write to: he must not make machines free, nor a hobby look like an attack. AWS's largest cut was 44 % (P5, June 2025).
 */
const LEAST_PART = 0.5;
const MOST_TIMES = 2;
/** The same upwards for families that the table does not know, where we know less ourselves. */
const MOST_TIMES_UNKNOWN = 4;
/** A new generation is dearer than the dearest that the table knows of its kind. Assumption. */
const NEWER_TIMES = 1.25;
/** A size that says no number: as large as the largest of most families, 192 vCPU. */
export const UNITS_OF_UNKNOWN_SIZE = 48;
/** Longer than any name that AWS gives; what is longer is cut. */
const LONGEST_NAME = 64;

/**
 * The price of an instance type in a region. Always answers, never throws and never says 0: the table first, a learned
 * price within half and twice of it; for a family that the table does not know, the dearest of its kin, and what was
 * learned (price or shape) not below half of its cheapest kin of that size.
 */
export function priceOf(type: string, region: string, lifecycle: Lifecycle, learned?: LearnedPrices): Price {
  const { usdPerHour, basis } = onDemand(type.slice(0, LONGEST_NAME), region, learned);
  return { usdPerHour: usdPerHour * (lifecycle === 'spot' ? SPOT_PART : 1), basis };
}

function onDemand(type: string, region: string, learned: LearnedPrices | undefined): Price {
  const { family, size } = splitType(type);
  const factor = factorOf(family, region);
  const known = learned && learnedOf(learned, type, region);
  const asked = known?.usdPerHour;
  const table = tablePrice(family, size);
  if (table) {
    const usdPerHour = table.usdPerHour * factor;
    if (asked === undefined) return { ...table, usdPerHour };
    return { usdPerHour: between(usdPerHour * LEAST_PART, asked, usdPerHour * MOST_TIMES), basis: 'asked' };
  }
  const { least, most } = kindredRates(lettersOf(family));
  const units = unitsOf(size) ?? UNITS_OF_UNKNOWN_SIZE;
  const estimate = most * NEWER_TIMES * units * factor;
  const within = (usd: number) =>
    between(least * LEAST_PART * units * factor, usd, estimate * MOST_TIMES_UNKNOWN);
  if (asked !== undefined) return { usdPerHour: within(asked), basis: 'asked' };
  const usdPerHour = known?.shape ? within(estimateFrom(known.shape) * factor) : estimate;
  return { usdPerHour, basis: 'estimated' };
}

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));

/** In us-east-1; undefined for a family that the table does not know. */
function tablePrice(family: string, size: string): Price | undefined {
  const line = lineOf(family);
  if (!line) return undefined;
  const listed = line.sizes.get(size);
  if (listed !== undefined) return { usdPerHour: listed, basis: 'listed' };
  const units = unitsOf(size);
  if (units !== undefined) return { usdPerHour: units * line.xlargeUsd, basis: 'family' };
  const largest = Math.max(UNITS_OF_UNKNOWN_SIZE * line.xlargeUsd, ...line.sizes.values());
  return { usdPerHour: largest, basis: 'family' };
}

/** Dollars an hour of one vCPU, of one GiB, and of one GiB of an accelerator's memory. */
const VCPU_USD = 0.07;
const GIB_USD = 0.006;
const ACCELERATOR_GIB_USD = 0.065;
/** An accelerator costs this at least; without its memory it counts as one of the largest of 2025 (B200, 179 GiB). */
const ACCELERATOR_USD = 1;
const ACCELERATOR_GIB = 179;

/**
 * Dollars an hour in us-east-1 of a type of which only the shape is known, from above. Assumption: the rates are round
 * figures by which no family that AWS brought since 2020 is estimated too low; P3, of 2017, would be.
 */
export function estimateFrom({
  vcpus,
  memoryGib,
  accelerators,
  acceleratorMemoryGib,
}: InstanceShape): number {
  const memory = acceleratorMemoryGib || accelerators * ACCELERATOR_GIB;
  const accelerated =
    accelerators > 0 ? Math.max(accelerators * ACCELERATOR_USD, memory * ACCELERATOR_GIB_USD) : 0;
  return vcpus * VCPU_USD + memoryGib * GIB_USD + accelerated;
}
