import * as v from 'valibot';
import { monthOf } from '../../lambda/core/calendar.ts';
import { journalKeys } from '../../lambda/core/journal.ts';
import { errorFacts, GLOBAL } from '../../lambda/core/model.ts';
import { MEMORY_KEY, parseMemory } from '../../lambda/core/tripwire/memory.ts';
import { estimatesIn } from '../../lambda/core/tripwire/memory-by-month.ts';
import type { BudgetEvidence } from '../../lambda/core/verdict/budget.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import { floorCapUsd, paceUsdPerHour } from '../../lambda/core/verdict/floor.ts';
import { spentByMonth } from '../../lambda/core/verdict/late-data.ts';
import { markDealtWith, type RestoreRequest } from '../../lambda/engine/restore.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import type { Store } from '../../lambda/shell/journal/store.ts';
import { readEvidence } from '../../lambda/shell/sources/budgets.ts';
import type { DeployedStack } from '../deployed/stack.ts';
import { say } from '../terminal/console.ts';
import type { Journals } from './journals.ts';

/**
 * Tells the deployed function that this spend has been dealt with, also where the command line fired the incident and
 * keeps its journal: else the next message, or the next look, would stop everything again for the same money.
 * @returns US dollars by month, as Budgets says or as the tripwire estimates, whichever is more; undefined where neither
 * could be read.
 */
export async function tellDeployed(
  clients: Clients,
  clock: Clock,
  { stack, deployed }: Journals,
  store: Store,
  request: RestoreRequest,
): Promise<RestoreRequest['restoredUsd']> {
  if (!stack || !deployed) return undefined;
  const [evidence, estimated] = await Promise.all([
    readSpend(clients, clock, stack),
    estimates(deployed, clock),
  ]);
  const limitUsd = 'unreadable' in evidence.budget ? undefined : evidence.budget.limitUsd;
  if (limitUsd === undefined && Object.keys(estimated).length === 0) return undefined;
  const restoredUsd = spentByMonth(evidence, estimated);
  if (limitUsd !== undefined) announcePace(limitUsd, restoredUsd[monthOf(evidence.at)] ?? 0);
  if (deployed.location !== store.location)
    await markDealtWith(deployed, clock, { ...request, restoredUsd }).catch((thrown: unknown) =>
      say(`the deployed function could not be told (${errorFacts(thrown).error}): it may fire again`),
    );
  return restoredUsd;
}

async function readSpend(
  clients: Clients,
  clock: Clock,
  { budgetName, account }: DeployedStack,
): Promise<BudgetEvidence> {
  // Whether its limit is the template's is the function's business.
  const fixed = { name: budgetName, account, limitUsd: 0 };
  const evidence = await readEvidence(clients, fixed, clock.now());
  const { budget } = evidence;
  if ('unreadable' in budget)
    say(`the budget ${budgetName} could not be read (${budget.unreadable}): its next alarm may fire again`);
  return evidence;
}

/** A restore deals with spend up to twice the limit: beyond it, only little may run for the rest of the month. */
function announcePace(limitUsd: number, spentUsd: number): void {
  if (spentUsd < floorCapUsd(limitUsd, limitUsd)) return;
  say(
    `This month is past twice its limit of ${usd(limitUsd)}: until it ends, the tripwire stops again what costs more than ` +
      `${usd(paceUsdPerHour(limitUsd))} an hour and is not exempt. For more, deploy a larger monthlyBudgetUsd.`,
  );
}

/** What the tripwire estimated last, by month. */
async function estimates(deployed: Store, clock: Clock): Promise<Readonly<Record<string, number>>> {
  const { memory, problem } = await deployed.get(MEMORY_KEY).then(
    (text) => parseMemory(text, clock.now()),
    (thrown: unknown) => ({ memory: undefined, problem: errorFacts(thrown).error }),
  );
  if (problem) say(`the tripwire's estimate could not be read (${problem}): its next look may fire again`);
  return estimatesIn(memory);
}

/** Says how to announce machines that run again: to the tripwire of a stack they may look like an intruder's. */
export function announceWork({ stack }: Journals, steps: readonly RestoreStep[]): void {
  const back = new Set(steps.flatMap(({ status, action }) => (status === 'restored' ? action.scope : [])));
  back.delete(GLOBAL);
  if (!stack || back.size === 0) return;
  say(
    `Work that goes on outside the home regions of ${stack.name} (it runs in ${[...back].join(', ')}) should be announced, or its next look may take it for an intruder's; ` +
      `what may be allowed, and how: ./killswitch allow --list${stack.flag}`,
  );
}

const restoration = v.object({ at: v.string(), failed: v.number() });
export type Restoration = v.InferOutput<typeof restoration>;

/** Writes what was put back beside the incident, for `incidents`. A failure is said; the work is done by then. */
export async function keepRestoration(
  store: Store,
  clock: Clock,
  incident: string,
  account: string,
  steps: readonly { readonly status: string }[],
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  const failed = steps.filter(({ status }) => status === 'failed').length;
  const key = `${journalKeys.restores(incident)}${at.replace(/[:.]/g, '')}.json`;
  await store
    .put(key, JSON.stringify({ schemaVersion: 1, incident, account, at, failed, steps }, null, 1))
    .catch((thrown: unknown) =>
      say(`the restore could not be noted in ${store.location}: ${errorFacts(thrown).error}`),
    );
}

/** When this incident was put back, the latest time, and what failed then. */
export async function lastRestoration(store: Store, incident: string): Promise<Restoration | undefined> {
  const key = (await store.list(journalKeys.restores(incident))).at(-1);
  const text = key === undefined ? undefined : await store.get(key);
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), restoration), text);
  return read.success ? read.output : undefined;
}
