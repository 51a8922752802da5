import { monthOf } from '../../lambda/core/calendar.ts';
import { InputError } from '../../lambda/core/settings.ts';
import {
  ALLOWANCES_KEY,
  type Allowance,
  allowancesDocument,
  parseAllowances,
  type ReadAllowances,
} from '../../lambda/core/tripwire/allowance.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';

/** @throws the store's error; a document that cannot be read is a `problem`, and counts for nothing. */
export const readAllowances = async (store: Store): Promise<ReadAllowances> =>
  parseAllowances(await store.get(ALLOWANCES_KEY));

/**
 * Writes the allowances without those of earlier months, then reads them again: two people who write at the same moment
 * do not see each other.
 * @returns why ours may not count, where something else is written there now. @throws the store's error.
 */
export async function writeAllowances(
  store: Store,
  allowances: readonly Allowance[],
  own: Allowance,
  now: number,
): Promise<string | undefined> {
  const kept = allowances.filter(({ from }) => monthOf(Date.parse(from)) >= monthOf(now));
  await store.put(ALLOWANCES_KEY, allowancesDocument(kept));
  const { allowances: there, problem } = await readAllowances(store);
  if (problem) return `what is there now cannot be read (${problem})`;
  const found = there.find(({ id }) => id === own.id);
  if (!found) return `somebody else wrote at the same time, and ${own.id} is not there`;
  return found.until === own.until
    ? undefined
    : `somebody else wrote at the same time: ${own.id} is another one`;
}

/**
 * The same allowances with one of them over; its dollars stay allowed, since they may be spent.
 * @throws InputError when there is no such allowance, or it is over.
 */
export function endAllowance(
  allowances: readonly Allowance[],
  id: string,
  now: number,
): { readonly ended: Allowance; readonly all: readonly Allowance[] } {
  const found = allowances.find((each) => each.id === id);
  if (!found) {
    const running = allowances.filter(({ until }) => Date.parse(until) > now).map((each) => each.id);
    throw new InputError([
      running.length > 0
        ? `--end: ${id} is not known: expected one of ${running.join(', ')}`
        : `--end: ${id} is not known, and nothing else is allowed now`,
    ]);
  }
  if (Date.parse(found.until) <= now) throw new InputError([`--end: ${id} was over at ${found.until}`]);
  // An allowance that ends before it begins would not count, and its dollars would not either.
  const until = new Date(Math.max(now, Date.parse(found.from) + 1)).toISOString();
  const ended = { ...found, until };
  return { ended, all: allowances.map((each) => (each === found ? ended : each)) };
}
