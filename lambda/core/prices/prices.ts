import { type InstanceShape, type LearnedPrices, learnedOf } from './learned-prices.ts';
import { factorOf, lettersOf, lineOf, rangeOfKin, splitType, unitsOf, unlistedUsd } from './price-lines.ts';

export {
  type LearnedPrices,
  nothingLearned,
  PRICES_KEY,
  parseLearnedPrices,
  pricesDocument,
} from './learned-prices.ts';

/**
 * `listed`: the table has this size · `family`: computed from its family's `xlarge` · `asked`: from the Price
 * List API · `estimated`: the table does not know the family.
 */
export type PriceBasis = 'listed' | 'family' | 'asked' | 'estimated';

/** The price of an instance in US dollars an hour, before discounts and taxes, without disks and traffic. */
export interface Price {
  readonly usdPerHour: number;
  readonly basis: PriceBasis;
}

export type Lifecycle = 'on-demand' | 'spot';

/**
 * Assumption: Spot costs half of on-demand. AWS promises "up to 90 %" off (EC2 User Guide, Spot Instances)
 * and publishes no average. In SkyPilot's catalogue of 2025, Spot costs about a third, at most half, for T3,
 * C6i, R5, G4dn, G5 and P5, and as much as on-demand for A1. So half is an upper estimate of the usual price,
 * not a bound.
 */
const SPOT_PART = 0.5;

/**
 * Bounds of a learned price, as multiples of the table's. An intruder with admin rights may write the
 * document: it must not make machines look free, nor usual work look like an attack. AWS's largest cut was 44
 * % (P5, June 2025).
 */
const LEAST_PART = 0.5;
const MOST_TIMES = 2;
/** The upper bound for families that the table does not know: our own estimate is less certain there. */
const MOST_TIMES_UNKNOWN = 4;
/** Assumption: a new generation costs this much more than the dearest family of its letters at that size. */
const NEWER_TIMES = 1.25;
/** Longer than any name of AWS; longer texts are cut. */
const LONGEST_NAME = 64;

/**
 * The price of an instance type in a region. It never throws and is never 0. For a known family, the table
 * counts, and a learned price between half and twice that. For an unknown family, the dearest family with the
 * same first letters counts, and a learned price or shape above half of the cheapest such family at that
 * size. A size without a number, such as `metal`, is a whole host: its price says nothing of its shape.
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
  const { least, most } = rangeOfKin(lettersOf(family), size);
  const estimate = most * NEWER_TIMES * factor;
  const within = (usd: number) => between(least * LEAST_PART * factor, usd, estimate * MOST_TIMES_UNKNOWN);
  if (asked !== undefined) return { usdPerHour: within(asked), basis: 'asked' };
  const shape = unitsOf(size) === undefined ? undefined : known?.shape;
  return { usdPerHour: shape ? within(estimateFrom(shape) * factor) : estimate, basis: 'estimated' };
}

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));

/** In us-east-1; undefined for a family that the table does not know. */
function tablePrice(family: string, size: string): Price | undefined {
  const line = lineOf(family);
  if (!line) return undefined;
  const listed = line.sizes.get(size);
  if (listed !== undefined) return { usdPerHour: listed, basis: 'listed' };
  return { usdPerHour: unlistedUsd(line, size), basis: 'family' };
}

/** Dollars an hour of one vCPU, of one GiB, and of one GiB of an accelerator's memory. */
const VCPU_USD = 0.07;
const GIB_USD = 0.006;
/** Of one GiB where there are more than 4 TiB: in the high-memory families, the memory is the price. */
const HIGH_MEMORY_GIB_USD = 0.0095;
const HIGH_MEMORY_GIB = 4096;
const ACCELERATOR_GIB_USD = 0.065;
/** The minimum of an accelerator. With unknown memory it counts as the largest of 2025 (B200, 179 GiB). */
const ACCELERATOR_USD = 1;
const ACCELERATOR_GIB = 179;

/**
 * An upper estimate of a type's price from its shape, in dollars an hour in us-east-1. Assumption: with these
 * round rates, no family that AWS has released since 2020 is estimated too low; P3, of 2017, would be.
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
  const gibUsd = memoryGib > HIGH_MEMORY_GIB ? HIGH_MEMORY_GIB_USD : GIB_USD;
  return vcpus * VCPU_USD + memoryGib * gibUsd + accelerated;
}
