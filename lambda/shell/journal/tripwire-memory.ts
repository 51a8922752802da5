import { errorFacts } from '../../core/model.ts';
import { ALLOWANCES_KEY, parseAllowances, type ReadAllowances } from '../../core/tripwire/allowance.ts';
import { MEMORY_KEY, parseMemory, type ReadMemory } from '../../core/tripwire/memory.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import type { Store } from './store.ts';

const PATIENCE_MS = 2_000;

export interface Remembered extends ReadMemory, Pick<ReadAllowances, 'allowances'> {
  /** The store could not be asked: what is not known must not be written over. */
  readonly isUnknown: boolean;
  /** What was taken for nothing, and why. */
  readonly problems: readonly string[];
}

/** What earlier ticks and the owner left in the bucket, for at most 2 s: what is late or unreadable counts as missing. */
export async function remember(store: Promise<Store | undefined>, clock: Clock): Promise<Remembered> {
  const tooLarge: string[] = [];
  const read = async (key: string) => {
    try {
      return await (await store)?.get(key);
    } catch (thrown) {
      const { code, error } = errorFacts(thrown);
      if (code !== 'ObjectTooLarge') throw thrown;
      tooLarge.push(`${key}: ${error}`); // as good as none, and may be written over
      return undefined;
    }
  };
  try {
    const both = () => Promise.all([read(MEMORY_KEY), read(ALLOWANCES_KEY)]);
    const [memoryText, allowancesText] = await within(clock, PATIENCE_MS, 'the journal', both);
    const { memory, problem } = parseMemory(memoryText, clock.now());
    const { allowances, problem: other } = parseAllowances(allowancesText);
    const problems = [...tooLarge, problem, other].filter((text) => text !== undefined);
    return { memory, allowances, problems, isUnknown: false };
  } catch (thrown) {
    return { memory: undefined, allowances: [], problems: [errorFacts(thrown).error], isUnknown: true };
  }
}
