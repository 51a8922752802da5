import * as v from 'valibot';
import { errorFacts } from '../core/model.ts';
import type { Report } from '../core/report/report-document.ts';
import type { Store } from '../shell/journal/store.ts';

const LAST_TEST_KEY = 'tripwire/last-test.json';
const document = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ at: v.string(), seconds: v.number(), found: v.number(), gaps: v.number() }),
);

/**
 * Stores the result of a test of the alarm path, for the monthly message.
 * @returns why it could not be stored.
 */
export async function storeTest(
  store: Promise<Store | undefined>,
  { timings, actions, gaps }: Report,
): Promise<string | undefined> {
  const { startedAt: at, seconds } = timings;
  try {
    const text = JSON.stringify({ at, seconds, found: actions.length, gaps: gaps.length });
    await (await store)?.put(LAST_TEST_KEY, text);
    return undefined;
  } catch (thrown) {
    return `the result of the test could not be stored: ${errorFacts(thrown).error}`;
  }
}

/** A sentence about the last test; undefined when there was none, or its result cannot be read. */
export async function lastTestSentence(store: Promise<Store | undefined>): Promise<string | undefined> {
  const text = await store.then((ready) => ready?.get(LAST_TEST_KEY)).catch(() => undefined);
  const read = v.safeParse(document, text);
  if (!read.success) return undefined;
  const { at, seconds, found, gaps } = read.output;
  const places = gaps === 0 ? 'everywhere' : `everywhere except in ${gaps} places`;
  return `Last test ${at.slice(0, 10)}: looked ${places} in ${seconds} s, would have stopped ${found} resources`;
}
