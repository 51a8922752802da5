import { Command, Option } from 'commander';
import { minute } from '../../lambda/core/calendar.ts';
import type { Named } from '../../lambda/core/policy/undo.ts';
import { accessKeyId, userName } from '../../lambda/core/setting-fields.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import type { IncidentRecords } from '../../lambda/shell/journal/incident-records.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { stackOption } from '../deployed/stack.ts';
import { accountOf } from '../local/caller.ts';
import { type Host, type LocalRun, localRun } from '../local/local-run.ts';
import { confirm, dim, print, requireTerminal, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { sameFlags } from '../terminal/flags.ts';
import { interruptible } from '../terminal/interruption.ts';
import { section, table } from '../terminal/lines.ts';
import {
  collect,
  incidentName,
  journalOption,
  jsonOption,
  timeoutOption,
  yesOption,
} from '../terminal/options.ts';
import { showDenied } from '../undo/denied-users.ts';
import { findIncident, type Journals, journalsOf } from '../undo/journals.ts';
import { chosen, type InspectedNow, inspectNow, namedOnly, planOf } from '../undo/named-only.ts';
import { announceWork, keepRestoration, tellDeployed } from '../undo/restoration.ts';
import { nextCommand, RestoreProgress, stepDocuments, stepSections } from '../undo/restore-lines.ts';

interface RestoreOptions {
  readonly key?: readonly string[];
  readonly user?: readonly string[];
  readonly allKeys?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly journal?: string;
  readonly stack: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const EXIT_CODES = `
Exit code 3 when a step failed or the journal has lines that cannot be read. What cannot come back (a terminated
machine, a deleted key) is named and does not count: repeating would not change it.`;

/** `killswitch restore INCIDENT`: puts back what the journal says was changed. Can be repeated and resumed. */
export function restoreCommand(host: Host): Command {
  return new Command('restore')
    .description('put back what an incident stopped; keys come back only when named')
    .argument('<incident>', 'as the report and `killswitch incidents` name it', incidentName)
    .addOption(
      new Option('--key <id>', 'access key that is active again (repeatable)')
        .argParser(collect(accessKeyId))
        .conflicts('allKeys'),
    )
    .addOption(
      new Option('--user <name>', 'user who is not denied any more, without a key (repeatable)')
        .argParser(collect(userName))
        .conflicts('allKeys'),
    )
    .option('--all-keys', 'every key that was disabled is active again, and no user stays denied')
    .option('--dry-run', 'look at the live state and say what would be put back')
    .addOption(yesOption())
    .addOption(journalOption('(default: your state folder, then the stack)'))
    .addOption(stackOption())
    .addOption(timeoutOption(900))
    .addOption(jsonOption('every step as JSON'))
    .addHelpText('after', EXIT_CODES)
    .action((incident: string, options: RestoreOptions, command: Command) =>
      restoreIncident(host, incident, options, sameFlags(command)),
    );
}

/** @param flags that this command was called with */
async function restoreIncident(
  host: Host,
  incident: string,
  options: RestoreOptions,
  flags: string,
): Promise<void> {
  const again = `./killswitch restore ${incident}${flags}`;
  const asks = !options.yes && !options.dryRun;
  if (asks) requireTerminal('--yes');
  const look = localRun(host, options.timeout);
  try {
    const account = await accountOf(look);
    const journals = await journalsOf(look, account, options);
    if (journals.problem) say(journals.problem);
    const { store, records } = await findIncident(journals, incident, flags);
    const named = chosen(records, options);
    introduce(store, records);
    const inspected = await showNamedOnly(look, records, named);
    const stillDenied = showDenied(records, named);

    let steps: RestoreStep[] = [];
    if (asks || options.dryRun)
      steps = await restore(
        look.clients,
        kinds,
        store,
        look.clock,
        { records, named, dryRun: true },
        () => {},
      );
    if (asks) {
      say(`\n${describe(incident, steps, true)}\n`);
      await confirm(`Type ${incident} to put this back: `, [incident], '--yes');
    }
    if (!options.dryRun) {
      const acting = localRun(host, options.timeout);
      const work = {
        whatNow: [`interrupted: some of it is put back; each step can be repeated. To go on: ${again}`],
        end: () => acting.end(new Error('interrupted by a signal')),
      };
      steps = await interruptible(work, () => putBack(acting, journals, store, records, named, account));
    }

    const { unreadable } = records;
    const dryRun = options.dryRun === true;
    const result = {
      schemaVersion: 1,
      incident,
      account,
      dryRun,
      steps: stepDocuments(steps),
      keys: inspected.map(({ document }) => document),
      unreadable,
    };
    print(options.json ? JSON.stringify(result, null, 2) : describe(incident, steps, dryRun));
    const failed = steps.some(({ status }) => status === 'failed');
    say(dim(nextCommand(again, dryRun, steps, inspected, stillDenied)));
    process.exitCode = failed || unreadable.length > 0 ? EXIT.incomplete : EXIT.done;
  } finally {
    look.end();
  }
}

/** With a new deadline: the person may have taken longer to confirm than the old one allows. */
async function putBack(
  acting: LocalRun,
  journals: Journals,
  store: Store,
  records: IncidentRecords,
  named: Named,
  account: string,
): Promise<RestoreStep[]> {
  const { clients, clock } = acting;
  try {
    const request = { records, named, dryRun: false };
    const restoredUsd = await tellDeployed(clients, clock, journals, store, request);
    const told = { ...request, ...(restoredUsd ? { restoredUsd } : {}) };
    const progress = new RestoreProgress(planOf(records, named), say);
    const steps = await restore(clients, kinds, store, clock, told, (step) => progress.note(step));
    await keepRestoration(store, clock, records.incident, account, stepDocuments(steps));
    announceWork(journals, steps);
    return steps;
  } finally {
    acting.end();
  }
}

function introduce({ location }: Store, { incident, runs, unreadable, records }: IncidentRecords): void {
  const at = runs[0]?.at;
  const since = at ? ` of ${minute(at)}` : '';
  say(
    `incident ${incident}${since}, ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${records.length} changes journaled in ${location}`,
  );
  if (unreadable.length > 0)
    say(
      section(
        'JOURNAL LINES THAT CANNOT BE READ: somebody may have edited them, and nothing in them is put back',
        unreadable,
      ),
    );
}

/** Always shown before any key comes back: the journal may have been edited by the intruder. */
async function showNamedOnly(
  { clients, clock }: LocalRun,
  records: IncidentRecords,
  named: Named,
): Promise<InspectedNow[]> {
  const actions = namedOnly(records);
  if (actions.length === 0) return [];
  const inspected = await inspectNow(clients, actions, named, clock.now());
  const rows = inspected.map(({ row }) => row);
  say(section('ACCESS KEYS that were disabled, as IAM knows them now', table(rows)));
  return inspected;
}

function describe(incident: string, steps: readonly RestoreStep[], dryRun: boolean): string {
  return stepSections(steps, dryRun) || `Nothing to put back for ${incident}.`;
}
