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

/** Keeps what a test of the alarm path came to, for the monthly message. @returns why it could not be kept. */
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
    return `the test could not be remembered: ${errorFacts(thrown).error}`;
  }
}

/** A sentence about the last test; undefined when there was none, or it cannot be read. */
export async function lastTestSentence(store: Promise<Store | undefined>): Promise<string | undefined> {
  const text = await store.then((ready) => ready?.get(LAST_TEST_KEY)).catch(() => undefined);
  const read = v.safeParse(document, text);
  if (!read.success) return undefined;
  const { at, seconds, found, gaps } = read.output;
  return `Last test ${at.slice(0, 10)}: looked everywhere in ${seconds} s, would have stopped ${found} things, ${gaps} places could not be seen`;
}
