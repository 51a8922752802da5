import * as v from 'valibot';
import { type Action, changeOf, type Facts, type Scope, VERBS, type Verb } from './model.ts';

export const JOURNAL_VERSION = 1;

/** A line of a journal file: a change about to be made, and the state before it. See docs/journal.md. */
export interface JournalRecord {
  readonly schemaVersion: typeof JOURNAL_VERSION;
  readonly incident: string;
  readonly run: string;
  readonly at: string;
  readonly kind: string;
  readonly scope: Scope;
  readonly id: string;
  readonly verb: Verb;
  readonly before: Facts;
}

const record = v.object({
  schemaVersion: v.literal(JOURNAL_VERSION),
  incident: v.string(),
  run: v.string(),
  at: v.string(),
  kind: v.string(),
  scope: v.string(),
  id: v.string(),
  verb: v.picklist(VERBS),
  // Not v.record: it drops keys such as `prototype` and `constructor`, and undo needs every key.
  before: v.custom<Facts>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
});

export const recordsOf = (
  actions: readonly Action[],
  incident: string,
  run: string,
  at: string,
): JournalRecord[] =>
  actions.map(({ kind, scope, id, verb, before }) => ({
    schemaVersion: JOURNAL_VERSION,
    incident,
    run,
    at,
    kind,
    scope,
    id,
    verb,
    before,
  }));

export const toLines = (records: readonly JournalRecord[]): string =>
  records.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Reads journal lines. Lines that are edited or cut short come back in `unreadable`; none is dropped. */
export function fromLines(text: string): { records: JournalRecord[]; unreadable: string[] } {
  const records: JournalRecord[] = [];
  const unreadable: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), record), line);
    if (read.success) records.push(read.output);
    else unreadable.push(line);
  }
  return { records, unreadable };
}

/**
 * The changes that restore has to check, each once. The oldest `before` counts: a later run of the same
 * incident only saw the account as an earlier run had left it.
 */
export function undoList(records: readonly JournalRecord[]): Action[] {
  const oldest = new Map<string, JournalRecord>();
  for (const each of [...records].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const key = changeOf(each);
    if (!oldest.has(key)) oldest.set(key, each);
  }
  return [...oldest.values()].map(({ kind, scope, id, verb, before }) => ({ kind, scope, id, verb, before }));
}

/** Where a journal keeps what: keys in its bucket, paths in its folder. See docs/journal.md. */
export const journalKeys = {
  /** The report of a run. */
  report: (run: string): string => `runs/${run}/report.json`,
  /** Begins the keys of what a run changed. */
  records: (run: string): string => `runs/${run}/journal/`,
  /** Begins the keys of the runs of an incident. */
  runs: (incident: string): string => `incidents/${incident}/runs/`,
  /** Begins the keys of what was put back of an incident. */
  restores: (incident: string): string => `incidents/${incident}/restores/`,
};
