import type { AllowanceCap } from '../../core/allowance-cap.ts';
import { errorFacts } from '../../core/model.ts';
import {
  ALLOWANCES_KEY,
  allowedUsd,
  granted,
  parseAllowances,
  type ReadAllowances,
} from '../../core/tripwire/allowance.ts';
import { estimateOfMonth, MEMORY_KEY, parseMemory, type ReadMemory } from '../../core/tripwire/memory.ts';
import type { ExpectedSpend } from '../../core/verdict/decide.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import type { Store } from './store.ts';

const LIMIT_MS = 2_000;

export interface StoredMemory extends ReadMemory, Pick<ReadAllowances, 'allowances'> {
  /** The store did not answer. A memory that we could not read must not be written over. */
  readonly isUnknown: boolean;
  /** What counts as missing, and why. */
  readonly problems: readonly string[];
}

/** Reads the tripwire's memory and the allowances within 2 s. Late or unreadable ones count as missing. */
export async function readTripwireMemory(
  store: Promise<Store | undefined>,
  clock: Clock,
): Promise<StoredMemory> {
  const tooLarge: string[] = [];
  const read = async (key: string) => {
    try {
      return await (await store)?.get(key);
    } catch (thrown) {
      const { code, error } = errorFacts(thrown);
      if (code !== 'ObjectTooLarge') throw thrown;
      tooLarge.push(`${key}: ${error}`); // counts as missing, and may be written over
      return undefined;
    }
  };
  try {
    const both = () => Promise.all([read(MEMORY_KEY), read(ALLOWANCES_KEY)]);
    const [memoryText, allowancesText] = await within(clock, LIMIT_MS, 'the journal', both);
    const { memory, problem } = parseMemory(memoryText, clock.now());
    const { allowances, problem: other } = parseAllowances(allowancesText);
    const problems = [...tooLarge, problem, other].filter((text) => text !== undefined);
    return { memory, allowances, problems, isUnknown: false };
  } catch (thrown) {
    return { memory: undefined, allowances: [], problems: [errorFacts(thrown).error], isUnknown: true };
  }
}

/** This month's estimate and allowances; 0 where they are unreadable. Never rejects. */
export async function expectSpend(
  {
    store,
    clock,
    budget,
  }: {
    readonly store: Promise<Store | undefined>;
    readonly clock: Clock;
    readonly budget?: { readonly cap?: AllowanceCap };
  },
  now: number,
): Promise<ExpectedSpend> {
  const { memory, allowances } = await readTripwireMemory(store, clock);
  return {
    allowedUsd: budget?.cap ? allowedUsd(granted(allowances, budget.cap, now)) : 0,
    estimateUsd: estimateOfMonth(memory, now) ?? 0,
  };
}
