import { resolve } from 'node:path';
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { Command } from 'commander';
import { errorFacts } from '../../lambda/core/model.ts';
import { GLOBAL_REGION } from '../../lambda/core/regions.ts';
import { undoCommand } from '../../lambda/core/report/next-commands.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { FolderStore } from '../../lambda/shell/journal/store.ts';
import type { DeployedFireOptions } from '../deployed/fire.ts';
import { sparedLists } from '../deployed/spared-lists.ts';
import { stackFlag, stackOption } from '../deployed/stack.ts';
import { type AllowLists, configLists } from '../local/allow-lists.ts';
import { execute, showReport } from '../local/execute.ts';
import { defaultJournal, type Host, type LocalRun, localRun } from '../local/local-run.ts';
import { policyFrom, withPolicyOptions } from '../local/policy-options.ts';
import { confirm, requireTerminal, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { quoted, sameFlags } from '../terminal/flags.ts';
import { interruptedExitCode, interruptible } from '../terminal/interruption.ts';
import { journalOption, yesOption } from '../terminal/options.ts';

interface FireOptions extends DeployedFireOptions {
  readonly deployed?: boolean;
}

/** `killswitch fire`: stops everything, by itself or through the deployed function. */
export function fireCommand(host: Host): Command {
  const command = new Command('fire')
    .description('stop everything that bills and disable every key that is not allowed')
    .addOption(yesOption())
    .option('--dry-run', 'change nothing')
    .addOption(journalOption('for the undo record (default: your state folder)'))
    .option('--deployed', 'let the deployed function do it, and follow it to the end')
    .addOption(stackOption());
  return withPolicyOptions(command).action(async (options: FireOptions) => {
    const again = `./killswitch fire${sameFlags(command)}`;
    const { report, by } = options.deployed
      ? { report: await firedByFunction(host, options), by: host }
      : await fireLocally(host, options, again);
    const look = `./killswitch plan${sameFlags(command, ['journal', 'deployed'])}`;
    await showReport(report, options.json === true, next(report, options, again, look), by);
    // A person who has seen the plan has seen them named in it.
    const isUnseen = options.yes === true && report.acted && report.unmatched !== undefined;
    process.exitCode = isUnseen ? EXIT.incomplete : exitCodeOf(report);
  });
}

/** The report comes from the bucket, where somebody may have edited it: the command in it is made anew. */
async function firedByFunction(host: Host, options: FireOptions): Promise<Report> {
  const { undo: _, ...report } = await (await import('../deployed/fire.ts')).fireDeployed(host, options);
  const undo = undoCommand(report, stackFlag(options));
  return undo ? { ...report, undo } : report;
}

/** @param again the same fire @param look the plan of it */
function next(report: Report, options: FireOptions, again: string, look: string): string[] {
  const goOn = interruptedExitCode() === undefined ? [] : [`To go on: ${again}`];
  const { undo } = report;
  const whose = options.includeCaller ? ', with other credentials than these' : '';
  if (undo) return [...goOn, `Undo${whose}: ${undo}`];
  if (report.acted)
    return [...goOn, `Nothing was changed, so there is nothing to undo. To look again: ${look}`];
  return [`Nothing was changed. Next: ${report.actions.length > 0 ? again : look}`];
}

/** The report, and the run that made it: what it found is shown. */
interface Fired {
  readonly report: Report;
  readonly by: LocalRun;
}

async function fireLocally(host: Host, options: FireOptions, again: string): Promise<Fired> {
  const run = () => localRun(host, options.timeout);
  const own = await configLists(host, options);
  if (options.dryRun) {
    const lists = await sparedLists(host, options, own, false);
    const by = run();
    return { report: await execute(by, policyFrom(options, true, lists), undefined, 'fire'), by };
  }
  const journal = options.journal ?? defaultJournal(host);
  const asks = !options.yes;
  if (asks) requireTerminal('--yes');
  await prepareJournal(journal, !asks);
  const lists = await sparedLists(host, options, own, asks);
  if (asks) await showPlanAndAsk(run(), options, lists);
  const acting = run();
  const end = () => acting.end(new Error('interrupted by a signal'));
  const whatNow = [
    'interrupted: what was changed until now is in the journal, and more may still run or be active',
    `To go on: ${again}`,
    `What was done: ./killswitch incidents${flagsOf(options)}`,
  ];
  const hasBegun = () => acting.clients.answered > 0;
  const report = await interruptible({ whatNow, end, hasBegun }, () =>
    execute(acting, policyFrom(options, false, lists), journal, 'fire', flagsOf(options)),
  );
  return { report, by: acting };
}

async function showPlanAndAsk(
  look: LocalRun,
  options: FireOptions,
  lists: readonly AllowLists[],
): Promise<void> {
  const aliases = accountAliases(look);
  const plan = await execute(look, policyFrom(options, true, lists), undefined, 'plan');
  await showReport(plan, false, [], look);
  const { question, words } = questionAbout(plan, await aliases);
  await confirm(question, words, '--yes');
}

/** What a person types to let a plan happen. The account's number is known only when STS has said it. */
export function questionAbout(
  { account, gaps }: Pick<Report, 'account' | 'gaps'>,
  aliases: readonly string[],
): { readonly question: string; readonly words: readonly string[] } {
  const isKnown = !gaps.some(({ kind }) => kind === 'caller-identity');
  const names = isKnown ? [account, ...aliases] : aliases;
  const words = names.length > 0 ? names : ['machines only'];
  const unless = isKnown ? '' : ' (no key and no user, unless STS answers meanwhile)';
  return { question: `Type ${words.join(' or ')} to stop all of the above${unless}: `, words };
}

/** Names of the account that its owner recognizes; none where IAM refuses. */
async function accountAliases({ clients }: LocalRun): Promise<string[]> {
  return clients
    .of(IAMClient, GLOBAL_REGION)
    .send(new ListAccountAliasesCommand({}), clients.options)
    .then(({ AccountAliases = [] }) => AccountAliases)
    .catch(() => []); // the account id is always accepted
}

/**
 * Where the folder cannot be written, it asks on a terminal; with `--yes` we act, and print the record.
 * @throws InputError when the person says no.
 */
async function prepareJournal(journal: string, yes: boolean): Promise<void> {
  if (journal.startsWith('s3://')) return;
  try {
    await new FolderStore(journal).prepare();
  } catch (thrown) {
    const problem = `--journal: ${journal} cannot be written (${errorFacts(thrown).error})`;
    if (yes) return say(`${problem}: the undo record goes to stderr instead, keep it`);
    await confirm(
      `${problem}. Type "go on" to act with the undo record on this screen only: `,
      ['go on'],
      '--yes',
    );
  }
}

/** What leads `restore` and `incidents` to this journal, from any folder. */
const flagsOf = ({ journal, stack }: FireOptions): string => {
  const place = journal && !journal.startsWith('s3://') ? resolve(journal) : journal;
  return (place ? ` --journal ${quoted(place)}` : '') + stackFlag({ stack });
};
