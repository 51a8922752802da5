import * as v from 'valibot';
import { errorFacts } from '../../lambda/core/model.ts';
import { markDealtWith, type RestoreRequest } from '../../lambda/restore.ts';
import { readEvidence } from '../../lambda/shell/budgets.ts';
import type { Clients } from '../../lambda/shell/clients.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import type { Store } from '../../lambda/shell/store.ts';
import { say } from '../console.ts';
import type { Journals } from './journals.ts';

/**
 * Tells the deployed function that this spend has been dealt with, also where the incident was fired from here
 * and is journaled here: else its next message about the same money would stop everything again.
 * @returns actual spend now in US dollars, where a stack's budget could be read.
 */
export async function settleDeployed(
  clients: Clients,
  clock: Clock,
  { stack, deployed }: Journals,
  store: Store,
  request: RestoreRequest,
): Promise<number | undefined> {
  if (!stack || !deployed) return undefined;
  // The limit is the function's business; here only the spend counts.
  const fixed = { name: stack.budgetName, account: stack.account, limitUsd: 0 };
  const { budget } = await readEvidence(clients, fixed, clock.now());
  if ('unreadable' in budget) {
    say(
      `the budget ${stack.budgetName} could not be read (${budget.unreadable}): its next alarm may fire again`,
    );
    return undefined;
  }
  const spendUsd = budget.actualUsd;
  if (deployed.location !== store.location)
    await markDealtWith(deployed, clock, { ...request, spendUsd }).catch((thrown: unknown) =>
      say(`the deployed function could not be told (${errorFacts(thrown).error}): it may fire again`),
    );
  return spendUsd;
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
  const key = `incidents/${incident}/restores/${at.replace(/[:.]/g, '')}.json`;
  await store
    .put(key, JSON.stringify({ schemaVersion: 1, incident, account, at, failed, steps }, null, 1))
    .catch((thrown: unknown) =>
      say(`the restore could not be noted in ${store.location}: ${errorFacts(thrown).error}`),
    );
}

/** When this incident was put back, the latest time, and what failed then. */
export async function lastRestoration(store: Store, incident: string): Promise<Restoration | undefined> {
  const key = (await store.list(`incidents/${incident}/restores/`)).at(-1);
  const text = key === undefined ? undefined : await store.get(key);
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), restoration), text);
  return read.success ? read.output : undefined;
}
