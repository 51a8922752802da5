import * as v from 'valibot';
import { fromLines, type JournalRecord, journalKeys } from '../../core/journal.ts';
import { changeOf, mayHaveWorked } from '../../core/model.ts';
import type { Store } from './store.ts';

const membership = v.object({
  run: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  trigger: v.string(),
  at: v.string(),
  mergedInto: v.optional(v.string()),
});
export type RunMembership = v.InferOutput<typeof membership>;

/** The actions of a stored report. It is parsed as text from outside: an intruder may have edited it. */
export const reportedActions = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    actions: v.array(
      v.object({
        kind: v.string(),
        region: v.string(),
        id: v.string(),
        verb: v.string(),
        status: v.string(),
        error: v.optional(v.string()),
      }),
    ),
  }),
);

/** Everything in the journal about one incident. It is only evidence: an intruder may have edited it. */
export interface IncidentRecords {
  readonly incident: string;
  readonly runs: readonly RunMembership[];
  readonly records: readonly JournalRecord[];
  /** Lines and documents that could not be read; the user sees them. */
  readonly unreadable: readonly string[];
  /** Changes that AWS refused, according to every report that mentions them: `kind/scope/id#verb`. */
  readonly refused: ReadonlySet<string>;
}

export interface IncidentSummary {
  readonly incident: string;
  readonly runs: readonly RunMembership[];
}

/** All incidents, the newest first, without those that were merged into another. */
export async function listIncidents(store: Store): Promise<IncidentSummary[]> {
  const keys = await store.list('incidents/');
  const names = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))].sort((a, b) => (a < b ? 1 : -1));
  const summaries = await Promise.all(
    names.map(async (incident) => ({ incident, runs: (await readRuns(store, incident)).runs })),
  );
  return summaries.filter(({ runs }) => runs.some((run) => run.mergedInto === undefined));
}

/** Reads one incident's journal. @throws the store's error: without a journal nothing can be undone. */
export async function readIncident(store: Store, incident: string): Promise<IncidentRecords> {
  const { runs, unreadable } = await readRuns(store, incident);
  const refusals = new Map<string, boolean>();
  const records: JournalRecord[] = [];
  for (const { run } of runs) {
    for (const key of await store.list(journalKeys.records(run))) {
      const lines = fromLines((await store.get(key)) ?? '');
      records.push(...lines.records);
      unreadable.push(...lines.unreadable.map((line) => `${key}: ${line.slice(0, 200)}`));
    }
    const report = await store.get(journalKeys.report(run));
    const read = v.safeParse(reportedActions, report ?? '{"actions":[]}');
    if (!read.success) unreadable.push(journalKeys.report(run));
    else for (const action of read.output.actions) noteRefusal(refusals, action);
  }
  const refused = new Set([...refusals].filter(([, always]) => always).map(([key]) => key));
  return { incident, runs, records, unreadable, refused };
}

/** Only a clear refusal counts: a call that failed otherwise may have worked. */
function noteRefusal(
  refusals: Map<string, boolean>,
  action: v.InferOutput<typeof reportedActions>['actions'][number],
): void {
  const key = changeOf({ ...action, scope: action.region });
  const isRefusal = action.status === 'failed' && !mayHaveWorked(action.error ?? '');
  refusals.set(key, isRefusal && (refusals.get(key) ?? true));
}

async function readRuns(
  store: Store,
  incident: string,
): Promise<{ runs: RunMembership[]; unreadable: string[] }> {
  const runs: RunMembership[] = [];
  const unreadable: string[] = [];
  for (const key of await store.list(journalKeys.runs(incident))) {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), membership), (await store.get(key)) ?? '');
    if (read.success) runs.push(read.output);
    else unreadable.push(key);
  }
  return { runs, unreadable };
}
