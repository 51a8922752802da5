import type { AllowanceCap } from '../../core/allowance-cap.ts';
import { TOO_LARGE } from '../../core/bucket-document.ts';
import { monthBefore } from '../../core/calendar.ts';
import { errorFacts } from '../../core/model.ts';
import {
  ALLOWANCES_KEY,
  allowedUsd,
  granted,
  parseAllowances,
  type ReadAllowances,
} from '../../core/tripwire/allowance.ts';
import { MEMORY_KEY, parseMemory, type ReadMemory } from '../../core/tripwire/memory.ts';
import { estimateOfMonth } from '../../core/tripwire/memory-by-month.ts';
import type { ExpectedSpend } from '../../core/verdict/decide.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import type { Store } from './store.ts';

const LIMIT_MS = 2_000;

export interface StoredMemory extends ReadMemory, Pick<ReadAllowances, 'allowances'> {
  /** The store gave no answer. A memory that we could not read must not be written over. */
  readonly isUnknown: boolean;
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

/**
 * Reads the tripwire's memory and the allowances within a limit. A malformed one counts as missing; of a late one, and
 * of one that the store does not give, nothing is known. Never rejects.
 */
export async function readTripwireMemory(
  store: Promise<Store | undefined>,
  clock: Clock,
  limitMs = LIMIT_MS,
): Promise<StoredMemory> {
  const tooLarge: string[] = [];
  const read = async (key: string) => {
    try {
      return await (await store)?.get(key);
    } catch (thrown) {
      const { code, error } = errorFacts(thrown);
      if (code !== TOO_LARGE) throw thrown;
      tooLarge.push(`${key}: ${error}`); // counts as missing, and may be written over
      return undefined;
    }
  };
  try {
    const both = () => Promise.all([read(MEMORY_KEY), read(ALLOWANCES_KEY)]);
    const [memoryText, allowancesText] = await within(clock, limitMs, 'the journal', both);
    const { memory, problem } = parseMemory(memoryText, clock.now());
    const { allowances, problem: other } = parseAllowances(allowancesText);
    const problems = [...tooLarge, problem, other].filter((text) => text !== undefined);
    return { memory, allowances, problems, isUnknown: false };
  } catch (thrown) {
    return { memory: undefined, allowances: [], problems: [errorFacts(thrown).error], isUnknown: true };
  }
}

/** What the tripwire's documents say of this month, and of last month. @param now ms since 1970 */
export function expectedIn(
  { memory, allowances }: StoredMemory,
  cap: AllowanceCap | undefined,
  now: number,
): ExpectedSpend {
  const allowed = (month?: string) => (cap ? allowedUsd(granted(allowances, cap, now, month)) : 0);
  return {
    allowedUsd: allowed(),
    allowedLastMonthUsd: allowed(monthBefore(now)),
    estimateUsd: estimateOfMonth(memory, now) ?? 0,
  };
}
