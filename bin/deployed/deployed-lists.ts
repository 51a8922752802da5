import * as v from 'valibot';
import { errorFacts } from '../../lambda/core/model.ts';
import { InputError, type Settings, settingsSchema } from '../../lambda/core/settings.ts';
import { within } from '../../lambda/shell/time-limit.ts';
import { type AllowLists, entriesOf, saySpared } from '../local/allow-lists.ts';
import { type Host, type LocalRun, localRun } from '../local/local-run.ts';
import { type PolicyOptions, policyFrom } from '../local/policy-options.ts';
import { confirm, say } from '../terminal/console.ts';
import { plain } from '../terminal/lines.ts';
import { askStatus } from './function.ts';
import { findStack } from './stack.ts';

/** The machines go on billing meanwhile. */
const LIMIT_MS = 10_000;
const FLAG = '--allow-deployed';

export interface DeployedListsOptions extends PolicyOptions {
  readonly stack: string;
}

/**
 * What the deployed stack spares, by its own function. Whoever can change the function's code can forge the
 * list, and could spare their own machines. So it is taken only where `--allow-deployed` says so, or where a person
 * on a terminal has read it and agreed. Where it adds nothing to what is spared anyway, nobody is asked.
 * @param known lists that are taken already.
 * @throws InputError when `--allow-deployed` is given and the list cannot be read, and without a terminal to ask on.
 */
export async function deployedLists(
  host: Host,
  options: DeployedListsOptions,
  known: readonly AllowLists[],
): Promise<AllowLists[]> {
  const { stack: name, allowDeployed } = options;
  const found = await read(host, options);
  if (!found) return [];
  const { lists, own } = found;
  const added = new Set(entriesOf(lists));
  for (const entry of [...entriesOf(policyFrom(options, true, known).allow), ...own]) added.delete(entry);
  if (!allowDeployed && (added.size === 0 || !(await hasAgreed(name, [...added])))) return [];
  saySpared(`the stack ${name} spares`, lists);
  return [lists];
}

interface Deployed {
  readonly lists: AllowLists;
  /** The caller's keys and user, who are spared in any case. */
  readonly own: readonly string[];
}

/** Undefined where there is no stack, or no answer, which is said; unless the person has asked for the list. */
async function read(host: Host, options: DeployedListsOptions): Promise<Deployed | undefined> {
  const here = localRun(host, options.timeout);
  try {
    // A person may have to type a code first: no call is made before. Who is refused here is refused by all that follows.
    await here.identity;
    return await within(host.clock, LIMIT_MS, 'the function', () => listsOf(here, options.stack)).catch(
      (thrown: unknown) => unread(thrown, options),
    );
  } finally {
    here.end();
  }
}

/** @returns where nobody has asked for the list. */
function unread(thrown: unknown, { stack, allowDeployed }: DeployedListsOptions): undefined {
  const isInput = thrown instanceof InputError;
  const reason = isInput ? thrown.problems.join('; ') : errorFacts(thrown).error;
  if (allowDeployed)
    throw new InputError([
      `${FLAG}: the list could not be read (${reason}). Name what to spare with --allow-…, and leave out ${FLAG}`,
    ]);
  if (!isInput) say(`what the stack ${stack} spares, if there is one, could not be read: ${reason}`);
}

async function listsOf(here: LocalRun, name: string): Promise<Deployed> {
  const [stack, { caller }] = await Promise.all([findStack(here, name), here.identity]);
  if (!stack) throw new InputError([`the stack ${name} is not deployed in this account`]);
  const lists = readLists((await askStatus(here.clients, stack)).allow);
  return { lists, own: [...caller.exemptKeys, caller.exemptUser ?? ''] };
}

/** The lists in a function's answer, each entry as the settings take it. @throws Error when it is none. */
export function readLists(answered: unknown): Settings['allow'] {
  const read = v.safeParse(settingsSchema.entries.allow, answered);
  if (read.success) return read.output;
  throw new Error(`its answer is no list of what to spare: ${read.issues[0].message}`);
}

async function hasAgreed(name: string, added: readonly string[]): Promise<boolean> {
  say(
    `The stack ${name} also spares ${plain(added.join(', '))}. Its list can be forged by whoever can change its code.`,
  );
  const agreed = await confirm('Type yes to spare these too, or press Enter: ', ['yes'], FLAG).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof InputError) return false;
      throw thrown;
    },
  );
  if (!agreed) say('it is left out');
  return agreed;
}
