import { groupBy } from '../../../lambda/core/group-by.ts';
import { fromLines, type JournalRecord, toLines } from '../../../lambda/core/journal.ts';
import { listIncidents, readIncident } from '../../../lambda/shell/journal/incident-records.ts';
import type { BucketStore } from '../../simulation/bucket-store.ts';

/** Every incident in the journal, the newest first, and all that is recorded there. */
export async function readJournal(
  store: BucketStore,
): Promise<{ readonly incidents: string[]; readonly records: JournalRecord[] }> {
  const incidents = (await listIncidents(store)).map(({ incident }) => incident);
  const read = await Promise.all(incidents.map((incident) => readIncident(store, incident)));
  return { incidents, records: read.flatMap(({ records }) => records) };
}

/**
 * Copies what runs logged while their journal did not answer to where it belongs, as docs/journal.md says.
 * @returns how many records.
 */
export async function carryLogToJournal(store: BucketStore, log: readonly string[]): Promise<number> {
  const lines = log.filter((line) => line.startsWith('{"schemaVersion":1,"incident":'));
  const { records } = fromLines(lines.join('\n'));
  for (const [run, own] of groupBy(records, (record) => record.run)) {
    await store.put(`runs/${run}/journal/from-the-log.jsonl`, toLines(own));
    for (const [incident, [first]] of groupBy(own, (record) => record.incident)) {
      const member = JSON.stringify({ schemaVersion: 1, run, trigger: '', at: first?.at });
      await store.put(`incidents/${incident}/runs/${run}.json`, member, { ifAbsent: true });
    }
  }
  return records.length;
}
