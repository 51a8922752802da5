import { Command } from 'commander';
import { type OwnStack, type OwnStacks, ownStacks } from '../deployed/own-stacks.ts';
import { stackOption } from '../deployed/stack.ts';
import { type Deletion, deleteStack } from '../deployed/stack-deletion.ts';
import { accountOf } from '../local/caller.ts';
import { type Host, localRun } from '../local/local-run.ts';
import { confirm, print, requireTerminal, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { sameFlags } from '../terminal/flags.ts';
import { interruptible } from '../terminal/interruption.ts';
import { section } from '../terminal/lines.ts';
import { jsonOption, timeoutOption, yesOption } from '../terminal/options.ts';

interface UninstallOptions {
  readonly stack: string;
  readonly timeout: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `killswitch uninstall`: deletes the stack and those that forward to it. Needs no settings, and keeps the evidence. */
export function uninstallCommand(host: Host): Command {
  return new Command('uninstall')
    .description('delete the deployed kill switch in every region, after asking; its journal and log stay')
    .addOption(yesOption())
    .addOption(stackOption())
    .addOption(timeoutOption(900))
    .addOption(jsonOption())
    .action((options: UninstallOptions, command: Command) => uninstall(host, options, sameFlags(command)));
}

async function uninstall(host: Host, options: UninstallOptions, flags: string): Promise<void> {
  if (!options.yes) requireTerminal('--yes');
  const look = localRun(host, options.timeout);
  let account: string;
  let found: OwnStacks;
  try {
    account = await accountOf(look);
    found = await ownStacks(look, options.stack);
  } finally {
    look.end();
  }
  const { stacks } = found;
  if (stacks.length > 0) {
    say(`\n${whatGoes(found)}\n`);
    if (!options.yes) await confirm(`Type ${account} to delete this: `, [account], '--yes');
  }
  const again = `./killswitch uninstall${flags}`;
  const deletions = stacks.length > 0 ? await deleteAll(host, stacks, options.timeout, again) : [];
  const result = { schemaVersion: 1, account, ...documentOf(found, deletions) };
  print(options.json ? JSON.stringify(result, null, 2) : whatIsGone(found, deletions, again));
  const isDone = found.unasked.length === 0 && deletions.every(({ error }) => error === undefined);
  process.exitCode = !isDone ? EXIT.incomplete : stacks.length === 0 ? EXIT.problems : EXIT.done;
}

async function deleteAll(
  host: Host,
  stacks: readonly OwnStack[],
  timeoutSeconds: number,
  again: string,
): Promise<Deletion[]> {
  const acting = localRun(host, timeoutSeconds);
  const whatNow = [
    `interrupted: CloudFormation goes on with what it has begun; a stack may be left, without its protection: ${again}`,
  ];
  try {
    return await interruptible({ whatNow }, () =>
      Promise.all(stacks.map((stack) => deleteStack(acting.clients, stack, timeoutSeconds))),
    );
  } finally {
    acting.end();
  }
}

const place = ({ name, region }: OwnStack): string => `${name} in ${region}`;

const notAsked = (unasked: OwnStacks['unasked']): string =>
  section(
    'COULD NOT LOOK IN',
    unasked.map(({ region, error }) => `${region}: ${error}`),
  );

function whatGoes({ stacks, unasked }: OwnStacks): string {
  return [
    section('WOULD BE DELETED', stacks.map(place)),
    section('STAYS, AS EVIDENCE', [
      ...stacks.flatMap(({ stays }) => stays),
      'what fires have stopped, disabled and denied: restore it first, or later with --journal s3://<the bucket above>',
    ]),
    notAsked(unasked),
    'From then on nothing watches this account. Its guards may mail that they are taken away.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function whatIsGone({ stacks, unasked }: OwnStacks, deletions: readonly Deletion[], again: string): string {
  const failed = deletions.filter(({ error }) => error !== undefined);
  const gone = deletions.filter(({ error }) => error === undefined);
  return [
    stacks.length === 0 ? 'Nothing to uninstall: no stack of that name was found.' : '',
    section(
      'DELETED',
      gone.map(({ stack }) => place(stack)),
    ),
    section(
      'STAYS, AS EVIDENCE',
      gone.flatMap(({ stack }) => stack.stays),
    ),
    section(
      'NOT DELETED',
      failed.map(({ stack, error }) => `${place(stack)}: ${error}`),
    ),
    notAsked(unasked),
    failed.length + unasked.length > 0 ? `To go on: ${again}` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const documentOf = ({ unasked }: OwnStacks, deletions: readonly Deletion[]) => ({
  stacks: deletions.map(({ stack: { name, region, stays }, error }) => ({
    name,
    region,
    stays,
    deleted: error === undefined,
    ...(error === undefined ? {} : { error }),
  })),
  unasked,
});
