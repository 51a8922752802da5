import * as v from 'valibot';
import { readDocument } from '../bucket-document.ts';

/** The document's key beside the journal. */
export const PRICES_KEY = 'tripwire/prices.json';

const positive = v.pipe(v.number(), v.minValue(Number.MIN_VALUE), v.maxValue(Number.MAX_VALUE));
const count = v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_VALUE));

const shape = v.object({
  vcpus: positive,
  memoryGib: positive,
  accelerators: count,
  acceleratorMemoryGib: v.optional(count),
});
/** The size of a type; memory in GiB, for the accelerators the sum of all. */
export type InstanceShape = v.InferOutput<typeof shape>;

const learned = v.object({
  schemaVersion: v.literal(1),
  /** By region, then by type. */
  regions: v.record(
    v.string(),
    v.record(
      v.string(),
      v.object({
        /** When we asked, in ms since 1970. Without price and shape: AWS knows neither. */
        at: v.pipe(v.number(), v.minValue(0)),
        /** On-demand, Linux, in US dollars. */
        usdPerHour: v.optional(positive),
        shape: v.optional(shape),
      }),
    ),
  ),
});
/**
 * Answers of the Price List API and of DescribeInstanceTypes, for types in regions. An intruder with admin
 * rights may write the document, so `priceOf` accepts it within bounds only.
 */
export type LearnedPrices = v.InferOutput<typeof learned>;
export type LearnedPrice = LearnedPrices['regions'][string][string];

export const nothingLearned = (): LearnedPrices => ({ schemaVersion: 1, regions: {} });

/** Reads the document. Missing or unreadable counts as nothing learned; `problem` says why. */
export function parseLearnedPrices(text: string | undefined): {
  readonly learned: LearnedPrices;
  readonly problem?: string;
} {
  if (text === undefined) return { learned: nothingLearned() };
  const read = readDocument(PRICES_KEY, learned, text);
  return 'value' in read ? { learned: read.value } : { learned: nothingLearned(), ...read };
}

export const pricesDocument = (prices: LearnedPrices): string => JSON.stringify(prices);

/** What is known of a type in a region. Names such as `constructor` find nothing. */
export function learnedOf(prices: LearnedPrices, type: string, region: string): LearnedPrice | undefined {
  const types = Object.hasOwn(prices.regions, region) ? prices.regions[region] : undefined;
  return types && Object.hasOwn(types, type) ? types[type] : undefined;
}
