import { BudgetsClient } from '@aws-sdk/client-budgets';
import { errorFacts } from '../core/model.ts';
import { GLOBAL_REGION } from '../core/regions.ts';
import { type FixedBudget, tampering } from '../core/verdict/decide.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { readBudget } from '../shell/sources/budgets.ts';
import { within } from '../shell/time-limit.ts';

/** The estimate works without the budget; a call that AWS always throttles must not delay it. */
const LIMIT_MS = 10_000;

/** What Budgets says, as far as we can trust it. */
export interface ActualSpend {
  /** US dollars of this month; undefined when the budget is gone, unreadable, or was edited, or none is deployed. */
  readonly usd: number | undefined;
  /** The settings deploy no budget: that it says nothing is no problem, and no sign of an intruder. */
  readonly notDeployed?: true;
  /** What somebody changed in the budget, or that it is gone. */
  readonly edits: readonly string[];
  /** Why this read failed. */
  readonly problem?: string;
}

/**
 * Reads ActualSpend. A budget that is gone, closed to us, or edited is a sign of an intruder; any other
 * failed call is not. Never rejects.
 */
export async function readActual(clients: Clients, clock: Clock, fixed: FixedBudget): Promise<ActualSpend> {
  if (fixed.name === undefined) return { usd: undefined, notDeployed: true, edits: [] };
  try {
    const client = clients.of(BudgetsClient, GLOBAL_REGION);
    const budget = await within(clock, LIMIT_MS, 'Budgets', (over) =>
      readBudget(client, clients, fixed, { abortSignal: over }),
    );
    const edits = tampering(budget, fixed).map((edit) => `the budget ${fixed.name} was edited: ${edit}`);
    return { usd: edits.length > 0 ? undefined : budget.actualUsd, edits };
  } catch (thrown) {
    const { code, error } = errorFacts(thrown);
    const isTampering = code === 'NotFoundException' || code === 'AccessDeniedException';
    const text = `the budget ${fixed.name} cannot be read: ${error}`;
    return { usd: undefined, edits: isTampering ? [text] : [], problem: text };
  }
}
