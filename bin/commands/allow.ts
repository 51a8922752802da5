import { Command, Option } from 'commander';
import { InputError } from '../../lambda/core/settings.ts';
import { type Allowance, type Granted, granted } from '../../lambda/core/tripwire/allowance.ts';
import { leftUsd, proposedAllowance } from '../../lambda/core/tripwire/proposed-allowance.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import type { TripwireStatus } from '../../lambda/engine/tripwire-status.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { allowanceLines, meaning } from '../allowance/allowance-lines.ts';
import { refuseBeyondCap } from '../allowance/caps.ts';
import { endAllowance, readAllowances, writeAllowances } from '../allowance/document.ts';
import {
  type AllowanceRequest,
  type AllowFlags,
  allowanceId,
  dollars,
  duration,
  knownRegion,
  requestFrom,
} from '../allowance/parsing.ts';
import { tellNext } from '../allowance/tell-next.ts';
import { askStatus } from '../deployed/function.ts';
import { type DeployedStack, requireStack, stackFlag, stackOption } from '../deployed/stack.ts';
import { accountOf } from '../local/caller.ts';
import { type Host, type LocalRun, localRun, openStore } from '../local/local-run.ts';
import { confirm, dim, inform, print, requireTerminal, say } from '../terminal/console.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { interruptible } from '../terminal/interruption.ts';
import { jsonOption, yesOption } from '../terminal/options.ts';

interface AllowOptions extends AllowFlags {
  readonly list?: boolean;
  readonly end?: string;
  readonly stack: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

const TIMEOUT_SECONDS = 60; // enough for the function's cold start and a few objects
const UNREADABLE = 'the list of allowances cannot be read';
const FOREIGN = ['for', 'region', 'reason'];

const EXAMPLE = `
Example: ./killswitch allow 20usd --for 3h --region us-east-1 --reason "training run"
The deployed function never allows more than its settings allowance.maxUsd and allowance.maxHours, whoever writes it down.`;

/** `killswitch allow`: announces your own work to the tripwire, lists what is announced, or ends it early. */
export function allowCommand(host: Host): Command {
  return new Command('allow')
    .description('announce your own work: more dollars this month, in one region, for some hours')
    .argument('[amount]', 'US dollars that it may cost, e.g. 30usd', dollars)
    .addOption(new Option('--for <duration>', 'how long it takes, e.g. 90m, 3h, 1h30m').argParser(duration))
    .addOption(new Option('--region <region>', 'where it runs').argParser(knownRegion))
    .option('--reason <text>', 'one sentence for the people who read about it')
    .addOption(
      new Option('--list', "show this month's allowances, and what is left").conflicts([...FOREIGN, 'end']),
    )
    .addOption(
      new Option('--end <id>', 'end one now; its dollars still count')
        .argParser(allowanceId)
        .conflicts(FOREIGN),
    )
    .addOption(stackOption())
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLE)
    .action((amount: number | undefined, options: AllowOptions) => allow(host, amount, options));
}

async function allow(host: Host, amount: number | undefined, options: AllowOptions): Promise<void> {
  if (amount !== undefined && (options.list || options.end !== undefined))
    throw new InputError(['amount: goes neither with --list nor with --end: leave it out']);
  if (options.list) return list(host, options);
  const change = options.end === undefined ? announcement(requestFrom(amount, options)) : ending(options.end);
  if (!options.yes) requireTerminal('--yes');
  const look = localRun(host, TIMEOUT_SECONDS);
  let found: Found;
  let warned: string | undefined;
  try {
    found = await find(look, options);
    warned = await introduce(change, found, host.clock.now());
  } finally {
    look.end();
  }
  if (!options.yes) await confirm('Type yes to write this down: ', ['yes'], '--yes');
  // Read again: the person may have taken long to confirm, and somebody else may have written meanwhile.
  const now = host.clock.now();
  const { own, all, warning } = await change(found, now);
  if (warning && warning !== warned) say(warning);
  const whatNow = [
    `interrupted: to see whether it is written down: ./killswitch allow --list${stackFlag(options)}`,
  ];
  const problem = await interruptible({ whatNow }, () => writeAllowances(found.store, all, own, now));
  const { allowanceCap: cap } = found.tripwire;
  const grants = granted(all, cap, now);
  const result = { ...documentOf(found, grants), allowance: own, ...(problem ? { problem } : {}) };
  if (options.json) print(JSON.stringify(result, null, 2));
  else print([`${own.id} until ${own.until}`, ...allowanceLines(grants, cap, now)].join('\n'));
  tellNext({ own, isEnd: options.end !== undefined, problem }, stackFlag(options));
  process.exitCode = problem ? EXIT.incomplete : EXIT.done;
}

/** @returns the warning that it said, if any. */
async function introduce(change: Changes, found: Found, now: number): Promise<string | undefined> {
  const { warning, sentence } = await change(found, now);
  if (!found.tripwire.enabled)
    say('the tripwire of this stack is off (tripwire.enabled): only Budgets watches the spend');
  if (warning) say(warning);
  say(sentence);
  return warning;
}

interface Found {
  readonly account: string;
  readonly stack: DeployedStack;
  readonly store: Store;
  readonly tripwire: TripwireStatus;
  readonly limitUsd?: number;
}

/** The caps come from the function itself: the stack's outputs and a local file do not bind it. */
async function find(here: LocalRun, options: AllowOptions): Promise<Found> {
  const account = await accountOf(here);
  const stack = await requireStack(here, options.stack);
  const { tripwire, budget } = await askStatus(here.clients, stack);
  if (!tripwire)
    throw new InputError([
      `--stack: ${stack.name} was deployed by a version that knows no allowances: npx cdk deploy`,
    ]);
  const store = await openStore(here, `s3://${stack.journalBucket}`);
  return { account, stack, store, tripwire, ...(budget ? { limitUsd: budget.limitUsd } : {}) };
}

interface Change {
  readonly own: Allowance;
  readonly all: readonly Allowance[];
  readonly sentence: string;
  readonly warning?: string;
}
type Changes = (found: Found, now: number) => Promise<Change>;

const announcement =
  (request: AllowanceRequest): Changes =>
  async ({ store, tripwire: { allowanceCap }, limitUsd }: Found, now) => {
    const { allowances, problem } = await readAllowances(store);
    const grants = granted(allowances, allowanceCap, now);
    refuseBeyondCap(request, allowanceCap, grants);
    const { usd, region, reason, durationMs } = request;
    const [from, until] = [now, now + durationMs].map((at) => new Date(at).toISOString()) as [string, string];
    const own = { id: newRun(now).replace(/^ks-/, 'allow-'), usd, region, from, until, reason };
    return {
      own,
      all: [...allowances, own],
      sentence: meaning(request, limitUsd, grants, now),
      ...(problem ? { warning: `${UNREADABLE}, counts for nothing, and is replaced: ${problem}` } : {}),
    };
  };

const ending =
  (id: string): Changes =>
  async ({ store }: Found, now) => {
    const { allowances, problem } = await readAllowances(store);
    if (problem) throw new InputError([`--end: ${UNREADABLE}: ${problem}`]);
    const { ended, all } = endAllowance(allowances, id, now);
    const sentence = `Work in ${ended.region} is no longer announced by ${id}; what it may have spent stays allowed.`;
    return { own: ended, all, sentence };
  };

async function list(host: Host, options: AllowOptions): Promise<void> {
  const here = localRun(host, TIMEOUT_SECONDS);
  try {
    const found = await find(here, options);
    const { allowanceCap, allowances, allowancesProblem: problem } = found.tripwire;
    if (options.json) print(JSON.stringify({ ...documentOf(found, allowances), problem }, null, 2));
    else print(allowanceLines(allowances, allowanceCap, here.clock.now()).join('\n'));
    if (problem) say(`${UNREADABLE}, and counts for nothing: ${problem}`);
    const next = proposedAllowance(allowanceCap, allowances, found.stack.region, found.stack.flag);
    inform(
      dim(next ? `Next: ${next}` : 'Nothing is left this month: raise allowance.maxUsd and npx cdk deploy'),
    );
    process.exitCode = problem ? EXIT.incomplete : EXIT.done;
  } finally {
    here.end();
  }
}

const documentOf = ({ account, stack, tripwire }: Found, allowances: readonly Granted[]) => ({
  schemaVersion: 1,
  account,
  stack: stack.name,
  cap: tripwire.allowanceCap,
  leftUsd: leftUsd(tripwire.allowanceCap, allowances),
  allowances,
});
