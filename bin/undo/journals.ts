import { join } from 'node:path';
import { errorFacts } from '../../lambda/core/model.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { type IncidentMark, readMark } from '../../lambda/shell/journal/incident.ts';
import {
  type IncidentRecords,
  type IncidentSummary,
  listIncidents,
  readIncident,
} from '../../lambda/shell/journal/incident-records.ts';
import { FolderStore, type Store } from '../../lambda/shell/journal/store.ts';
import { type DeployedStack, findStack } from '../deployed/stack.ts';
import { defaultJournal, type LocalRun, openStore, UNKNOWN_ACCOUNT } from '../local/local-run.ts';
import { quoted } from '../terminal/flags.ts';

/** Where incidents of an account may be written down. */
export interface Journals {
  /** In the order in which an incident is looked for. */
  readonly stores: readonly Store[];
  readonly stack?: DeployedStack;
  /** The deployed function's own journal. */
  readonly deployed?: Store;
  /** Why it is not known whether a stack is deployed. */
  readonly problem?: string;
}

/**
 * The named journal, or else the local state folder and the deployed stack's bucket. The local journal can be read also
 * where CloudFormation does not answer.
 * @throws InputError when `journal` is no place.
 */
export async function journalsOf(
  here: LocalRun,
  account: string,
  { journal, stack: name }: { readonly journal?: string; readonly stack: string },
): Promise<Journals> {
  const found = await findStack(here, name).then(
    (stack) => ({ stack, problem: undefined }),
    (thrown: unknown) => ({
      stack: undefined,
      problem: `the stack ${name} could not be looked for: ${errorFacts(thrown).error}`,
    }),
  );
  const { stack, problem } = found;
  const deployed = stack && (await openStore(here, `s3://${stack.journalBucket}`));
  // A fire that did not learn its account wrote under another name.
  const folders = (place: string) =>
    [account, UNKNOWN_ACCOUNT].map((name) => new FolderStore(join(place, name)));
  const isBucket = journal?.startsWith('s3://');
  const own =
    journal && isBucket ? [await openStore(here, journal)] : folders(journal ?? defaultJournal(here));
  return {
    stores: journal === undefined && deployed ? [...own, deployed] : own,
    ...(stack && deployed ? { stack, deployed } : {}),
    ...(problem ? { problem } : {}),
  };
}

export interface FoundIncident {
  readonly store: Store;
  readonly records: IncidentRecords;
}

/**
 * Finds one incident and all that is written about it.
 * @param flags of this command, for the one that it proposes instead
 * @throws InputError naming the incidents there are, when this is none of them.
 */
export async function findIncident(
  { stores }: Journals,
  incident: string,
  flags: string,
): Promise<FoundIncident> {
  for (const store of stores) {
    const records = await readIncident(store, incident);
    const own = records.runs.filter(({ mergedInto }) => mergedInto === undefined);
    const merged = records.runs.find(({ mergedInto }) => mergedInto !== undefined)?.mergedInto;
    if (own.length > 0 || (records.runs.length === 0 && records.unreadable.length > 0))
      return { store, records };
    if (merged)
      throw new InputError([
        `incident: ${incident} is part of ${merged}: ./killswitch restore ${quoted(merged)}${flags}`,
      ]);
  }
  const known = (await Promise.all(stores.map(listIncidents))).flat().map((each) => each.incident);
  throw new InputError([
    known.length > 0
      ? `incident: ${incident} is not known: expected one of ${known.slice(0, 20).join(', ')}`
      : `incident: ${incident} is not known, and no other is: nothing was journaled in ${stores.map(({ location }) => location).join(' or ')}`,
  ]);
}

/** All incidents of one journal, the newest first, and the mark that says which one is open. */
export async function readJournal(
  store: Store,
): Promise<{ incidents: IncidentSummary[]; mark?: IncidentMark; problem?: string }> {
  const [incidents, mark] = await Promise.all([listIncidents(store), readMark(store)]);
  return { incidents, ...mark };
}
