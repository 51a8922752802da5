import * as v from 'valibot';
import { readDocument } from '../bucket-document.ts';

/** Where it lies beside the journal. */
export const PRICES_KEY = 'tripwire/prices.json';

const positive = v.pipe(v.number(), v.minValue(Number.MIN_VALUE), v.maxValue(Number.MAX_VALUE));
const count = v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_VALUE));

const shape = v.object({
  vcpus: positive,
  memoryGib: positive,
  accelerators: count,
  acceleratorMemoryGib: v.optional(count),
});
/** What a type is made of; memory in GiB, that of the accelerators all together. */
export type InstanceShape = v.InferOutput<typeof shape>;

const learned = v.object({
  schemaVersion: v.literal(1),
  /** By region, then by type. */
  regions: v.record(
    v.string(),
    v.record(
      v.string(),
      v.object({
        /** When it was asked, in ms since 1970; neither price nor shape: nobody knew. */
        at: v.pipe(v.number(), v.minValue(0)),
        /** On-demand, Linux, in US dollars. */
        usdPerHour: v.optional(positive),
        shape: v.optional(shape),
      }),
    ),
  ),
});
/**
 * What the Price List API or DescribeInstanceTypes said of types in regions. It lies where an intruder with admin
 * rights may write, so `priceOf` takes it as a hint within a band.
 */
export type LearnedPrices = v.InferOutput<typeof learned>;
export type LearnedPrice = LearnedPrices['regions'][string][string];

export const nothingLearned = (): LearnedPrices => ({ schemaVersion: 1, regions: {} });

/** Reads the document; what is missing or cannot be read counts as nothing learned, and the latter is said. */
export function parseLearnedPrices(text: string | undefined): {
  readonly learned: LearnedPrices;
  readonly problem?: string;
} {
  if (text === undefined) return { learned: nothingLearned() };
  const read = readDocument(PRICES_KEY, learned, text);
  return 'value' in read ? { learned: read.value } : { learned: nothingLearned(), ...read };
}

export const pricesDocument = (prices: LearnedPrices): string => JSON.stringify(prices);

/** What is known of a type in a region; never a property that every object has. */
export function learnedOf(prices: LearnedPrices, type: string, region: string): LearnedPrice | undefined {
  const types = Object.hasOwn(prices.regions, region) ? prices.regions[region] : undefined;
  return types && Object.hasOwn(types, type) ? types[type] : undefined;
}
