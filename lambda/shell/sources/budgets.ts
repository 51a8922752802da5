import {
  BudgetsClient,
  DescribeBudgetCommand,
  DescribeBudgetPerformanceHistoryCommand,
} from '@aws-sdk/client-budgets';
import { errorFacts } from '../../core/model.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { BudgetEvidence, BudgetReading } from '../../core/verdict/budget.ts';
import type { FixedBudget } from '../../core/verdict/decide.ts';
import { LATE_DATA_DAYS } from '../../core/verdict/late-data.ts';
import type { Clients } from '../calls/clients.ts';

/**
 * Reads the alarm's budget, and early in a month last month's spend. A failed read is evidence, too. Where no budget is
 * deployed, nothing is asked.
 */
export async function readEvidence(
  clients: Clients,
  fixed: FixedBudget,
  now: number,
): Promise<BudgetEvidence> {
  if (fixed.name === undefined) return { at: now, budget: { notDeployed: true } };
  const client = clients.of(BudgetsClient, GLOBAL_REGION);
  const today = new Date(now);
  const [budget, lastMonthUsd] = await Promise.all([
    readBudget(client, clients, fixed).catch((thrown: unknown) => ({ unreadable: errorFacts(thrown).error })),
    today.getUTCDate() > LATE_DATA_DAYS
      ? undefined
      : lastMonth(client, clients, fixed, today).catch((thrown: unknown) => ({
          unreadable: errorFacts(thrown).error,
        })),
  ]);
  return { at: now, budget, ...(lastMonthUsd === undefined ? {} : { lastMonthUsd }) };
}

/**
 * Reads the budget now.
 * @throws when it is gone or unreadable (NotFoundException, AccessDeniedException, …).
 */
export async function readBudget(
  client: BudgetsClient,
  clients: Clients,
  fixed: FixedBudget,
  options = clients.options,
): Promise<BudgetReading> {
  const query = new DescribeBudgetCommand({ AccountId: fixed.account, BudgetName: fixed.name });
  const { Budget } = await client.send(query, options);
  const actualUsd = Number(Budget?.CalculatedSpend?.ActualSpend?.Amount ?? Number.NaN);
  const limitUsd = Number(Budget?.BudgetLimit?.Amount ?? Number.NaN);
  if (!Budget || !Number.isFinite(actualUsd) || !Number.isFinite(limitUsd))
    throw new Error('the budget has no limit or no actual spend');
  return {
    limitUsd,
    actualUsd,
    unit: Budget.BudgetLimit?.Unit ?? '',
    timeUnit: Budget.TimeUnit ?? '',
    costTypes: (Budget.CostTypes ?? {}) as Record<string, boolean>,
    filters: Budget.CostFilters ?? {},
    hasFilterExpression: Budget.FilterExpression !== undefined,
  };
}

async function lastMonth(
  client: BudgetsClient,
  clients: Clients,
  fixed: FixedBudget,
  today: Date,
): Promise<number> {
  const start = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1));
  const end = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1));
  const query = new DescribeBudgetPerformanceHistoryCommand({
    AccountId: fixed.account,
    BudgetName: fixed.name,
    TimePeriod: { Start: start, End: end },
  });
  const { BudgetPerformanceHistory } = await client.send(query, clients.options);
  const months = BudgetPerformanceHistory?.BudgetedAndActualAmountsList ?? [];
  const month = months.find(({ TimePeriod }) => TimePeriod?.Start?.getTime() === start.getTime());
  // A budget that began this month has no last month: none of its data can be late.
  const spent = Number(month?.ActualAmount?.Amount ?? 0);
  if (!Number.isFinite(spent)) throw new Error('last month has no actual spend');
  return spent;
}
