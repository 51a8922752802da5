import { Command } from 'commander';
import * as v from 'valibot';
import { minute } from '../../lambda/core/calendar.ts';
import { journalKeys } from '../../lambda/core/journal.ts';
import { errorFacts } from '../../lambda/core/model.ts';
import { counts } from '../../lambda/core/report/mail.ts';
import type { ReportedAction } from '../../lambda/core/report/report-document.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { IncidentMark } from '../../lambda/shell/journal/incident.ts';
import { type IncidentSummary, reportedActions } from '../../lambda/shell/journal/incident-records.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { stackOption } from '../deployed/stack.ts';
import { accountOf } from '../local/caller.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { dim, print, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { quoted, sameFlags } from '../terminal/flags.ts';
import { table } from '../terminal/lines.ts';
import { journalOption, jsonOption } from '../terminal/options.ts';
import { journalsOf, readJournal } from '../undo/journals.ts';
import { lastRestoration } from '../undo/restoration.ts';

interface IncidentsOptions {
  readonly journal?: string;
  readonly stack: string;
  readonly json?: boolean;
}

interface ListedIncident {
  readonly incident: string;
  readonly openedAt: string;
  readonly runs: readonly string[];
  /** Runs that left no report: cut off, or still at work. */
  readonly unreported: readonly string[];
  /** In words, from the reports. */
  readonly done: readonly string[];
  /** ISO 8601; missing while nobody has restored it. */
  readonly restoredAt?: string;
  readonly journal: string;
}

/** Enough to look in five places at once. */
const TIMEOUT_SECONDS = 120;

/** `killswitch incidents`: what happened in this account, from the local journal and from the deployed one. */
export function incidentsCommand(host: Host): Command {
  return new Command('incidents')
    .description('list incidents, the newest first')
    .addOption(journalOption('(default: your state folder, and the stack)'))
    .addOption(stackOption())
    .addOption(jsonOption('the list as JSON'))
    .action((options: IncidentsOptions, command: Command) => listAll(host, options, sameFlags(command)));
}

/** @param flags that this command was called with: `restore` takes the same */
async function listAll(host: Host, options: IncidentsOptions, flags: string): Promise<void> {
  const here = localRun(host, TIMEOUT_SECONDS);
  try {
    const account = await accountOf(here);
    const journals = await journalsOf(here, account, options);
    const problems: string[] = journals.problem ? [journals.problem] : [];
    const lists = await Promise.all(
      journals.stores.map((store) =>
        listOne(store, problems).catch((thrown: unknown) => {
          problems.push(`${store.location} cannot be read: ${errorFacts(thrown).error}`);
          return [];
        }),
      ),
    );
    const incidents = lists.flat().sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
    if (options.json) print(JSON.stringify({ schemaVersion: 1, account, incidents, problems }, null, 2));
    else print(describe(incidents, account));
    for (const problem of problems) say(`warning: ${problem}`);
    const newest = incidents[0]?.incident;
    say(
      dim(
        newest
          ? `Next: ./killswitch restore ${quoted(newest)}${flags} --dry-run`
          : 'Next: ./killswitch plan',
      ),
    );
    process.exitCode = problems.length > 0 ? EXIT.incomplete : EXIT.done;
  } finally {
    here.end();
  }
}

async function listOne(store: Store, problems: string[]): Promise<ListedIncident[]> {
  const { incidents, mark, problem } = await readJournal(store);
  if (problem) problems.push(`${store.location}: the mark of the open incident cannot be read: ${problem}`);
  return Promise.all(incidents.map((incident) => look(store, incident, mark, problems)));
}

async function look(
  store: Store,
  { incident, runs }: IncidentSummary,
  mark: IncidentMark | undefined,
  problems: string[],
): Promise<ListedIncident> {
  const reports = await Promise.all(
    runs.map(async ({ run }) => {
      const text = await store.get(journalKeys.report(run));
      const read = v.safeParse(reportedActions, text ?? '{"actions":[]}');
      if (!read.success) problems.push(`${store.location}: the report of run ${run} cannot be read`);
      return { run, missing: text === undefined, actions: read.success ? read.output.actions : [] };
    }),
  );
  // A later run may repeat a change: it counts once.
  const done = new Map<string, ReportedAction>();
  for (const action of reports.flatMap(({ actions }) => actions))
    if (action.status === 'done')
      done.set(`${action.kind} ${action.region} ${action.id} ${action.verb}`, action as ReportedAction);
  const closedAt = mark?.incident === incident ? mark.closedAt : undefined;
  const restoredAt = (await lastRestoration(store, incident))?.at ?? closedAt;
  return {
    incident,
    openedAt: runs.map(({ at }) => at).sort()[0] ?? '',
    runs: runs.map(({ run }) => run),
    unreported: reports.filter(({ missing }) => missing).map(({ run }) => run),
    done: counts([...done.values()], allKinds),
    ...(restoredAt ? { restoredAt } : {}),
    journal: store.location,
  };
}

function describe(incidents: readonly ListedIncident[], account: string): string {
  if (incidents.length === 0) return `No incidents in account ${account}.`;
  const rows = incidents.map(({ incident, openedAt, runs, restoredAt, journal }) => [
    incident,
    minute(openedAt),
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
    restoredAt ? `restored ${minute(restoredAt)}` : 'not restored',
    journal,
  ]);
  return table(rows)
    .flatMap((row, at) => [row, ...whatWasDone(incidents[at])])
    .join('\n');
}

function whatWasDone(listed: ListedIncident | undefined): string[] {
  const { done = [], unreported = [] } = listed ?? {};
  const lines = done.length > 0 ? done : unreported.length > 0 ? [] : ['nothing was changed'];
  const cut = unreported.map((run) => `run ${run} left no report: it was cut off, or is still at work`);
  return [...lines, ...cut].map((line) => `    ${line}`);
}
