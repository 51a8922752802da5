import * as v from 'valibot';
import { journalKeys } from '../../lambda/core/journal.ts';
import { errorFacts, GLOBAL } from '../../lambda/core/model.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { say } from '../terminal/console.ts';

const POLL_MS = 1_000;
const SAY_EVERY_MS = 15_000;
/** After so many refusals in a row it gives up: e.g. the function has disabled the key that reads. */
const REFUSALS = 3;

const reportDocument = v.looseObject({ schemaVersion: v.literal(1), account: v.string(), run: v.string() });

/**
 * Waits until a run of the deployed function has written its report, and says on stderr where it is at work.
 * @param flag of the stack, for the command that it proposes
 * @throws Error when there is none in time, or the journal cannot be read; both say where to look instead.
 */
export async function followRun(
  clock: Clock,
  store: Store,
  run: string,
  timeoutSeconds: number,
  flag: string,
): Promise<Report> {
  const startedAt = clock.now();
  const key = journalKeys.report(run);
  const started = new Set<string>();
  let saidAt = startedAt;
  let refusals = 0;
  while (clock.now() - startedAt < timeoutSeconds * 1000) {
    try {
      const report = await store.get(key);
      if (report !== undefined) return { ...parseReport(report, key), journal: store.location + key };
      for (const scope of await scopesAtWork(store, run)) {
        if (started.has(scope)) continue;
        started.add(scope);
        say(`  ${scope.padEnd(16)} at work${scope === GLOBAL ? ' (IAM)' : ''}`);
      }
      refusals = 0;
    } catch (thrown) {
      refusals += 1;
      if (refusals >= REFUSALS || thrown instanceof SyntaxError)
        throw new Error(
          `${store.location}${key} cannot be read (${errorFacts(thrown).error}): the report also comes by e-mail`,
        );
    }
    const now = clock.now();
    if (now - saidAt >= SAY_EVERY_MS) {
      saidAt = now;
      say(`  waiting for the report: ${Math.round((now - startedAt) / 1000)} s`);
    }
    await clock.sleep(POLL_MS);
  }
  throw new Error(
    `no report within ${timeoutSeconds} s: the function may work for 15 minutes, and Lambda tries it three times. ` +
      `Its report will be ${store.location}${key}. Look again: ./killswitch status${flag}`,
  );
}

/** The journal's file names tell where the function has begun to change things. */
async function scopesAtWork(store: Store, run: string): Promise<string[]> {
  const files = await store.list(journalKeys.records(run));
  return files.flatMap((file) => /\/(global|[a-z]+(?:-[a-z]+)+-\d+)-[^/]*\.jsonl$/.exec(file)?.[1] ?? []);
}

function parseReport(text: string, key: string): Report {
  const document: unknown = JSON.parse(text);
  if (!v.safeParse(reportDocument, document).success)
    throw new SyntaxError(`${key} is not a report that this version can read`);
  return document as Report;
}
