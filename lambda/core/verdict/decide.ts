import { ALARM_THRESHOLDS, type BudgetReading, thisAccountOnly, USAGE_ONLY } from './budget.ts';
import { type Closure, floorUsd } from './floor.ts';
import type { Trigger } from './trigger.ts';

export interface Verdict {
  readonly level: 'calm' | 'warn' | 'fire';
  readonly reasons: readonly string[];
}

/** The budget as the template defines it. */
export interface FixedBudget {
  readonly name: string;
  readonly account: string;
  readonly limitUsd: number;
}

/** What was read, or why it could not be. `lastMonthUsd` is read only in the first days of a month. */
export interface BudgetEvidence {
  readonly budget: BudgetReading | { readonly unreadable: string };
  readonly lastMonthUsd?: number | { readonly unreadable: string };
}

/** The tripwire's US dollars, from the bucket: allowances are capped; an estimate raises no limit. */
export interface ExpectedSpend {
  readonly allowedUsd?: number;
  readonly estimateUsd?: number;
}

/** Days into a month in which an alarm may still be about last month: billing data is up to a day late. */
export const LATE_DATA_DAYS = 3;

/**
 * Decides whether to fire. A Budgets message is only a hint: the live budget is compared with the limit fixed
 * at deploy time, because an intruder can raise the live limit. What cannot be read counts as over: one
 * command undoes a false stop, but a missed one costs thousands.
 */
export function decide(
  trigger: Trigger,
  fixed: FixedBudget,
  evidence: BudgetEvidence | undefined,
  closure?: Closure,
  { allowedUsd = 0, estimateUsd = 0 }: ExpectedSpend = {},
): Verdict {
  if (trigger.source === 'schedule' || trigger.source === 'signal')
    throw new Error('core/tripwire decides ticks');
  if (trigger.source !== 'budget')
    return trigger.action === 'fire'
      ? { level: 'fire', reasons: [trigger.reason] }
      : { level: 'calm', reasons: [`${trigger.action} only: ${trigger.reason}`] };
  if (closure?.triggers.includes(trigger.id))
    return {
      level: 'calm',
      reasons: [
        `this message (${trigger.id}) belongs to an incident that was restored at ${closure.closedAt}`,
      ],
    };
  const budget = evidence?.budget ?? { unreadable: 'it was not read' };
  if ('unreadable' in budget)
    return fire(`the budget ${fixed.name} could not be read, which counts as over: ${budget.unreadable}`);
  const edits = tampering(budget, fixed);
  if (edits.length > 0)
    return { level: 'fire', reasons: edits.map((edit) => `the budget ${fixed.name} was edited: ${edit}`) };

  if (!Number.isFinite(budget.actualUsd) || !Number.isFinite(budget.limitUsd))
    return fire(`the budget ${fixed.name} has no readable amounts, which counts as over`);
  const limitUsd = fixed.limitUsd + allowedUsd;
  const floor = floorUsd(limitUsd, Math.max(budget.actualUsd, estimateUsd), closure, fixed.limitUsd);
  const spend = `actual spend ${usd(budget.actualUsd)}`;
  const allowed = allowedUsd > 0 ? `, ${usd(allowedUsd)} of it by your allowances` : '';
  const limit = `limit ${usd(limitUsd)}${allowed}`;
  if (budget.actualUsd >= limitUsd)
    return budget.actualUsd >= floor
      ? fire(
          `${spend} ≥ ${limit}` +
            (floor > limitUsd ? ` and ≥ ${usd(floor)}, the floor since the last restore` : ''),
        )
      : {
          level: 'calm',
          reasons: [`${spend} is below ${usd(floor)}, the floor since the restore at ${closure?.closedAt}`],
        };
  return lastMonth(`${spend} < ${limit}`, fixed, evidence?.lastMonthUsd);
}

function lastMonth(below: string, fixed: FixedBudget, last: BudgetEvidence['lastMonthUsd']): Verdict {
  if (last === undefined)
    return { level: 'calm', reasons: [`${below}: the message came early, or is forged`] };
  if (typeof last !== 'number' || Number.isNaN(last)) {
    const why = typeof last === 'number' ? 'it has no readable amount' : last.unreadable;
    return fire(
      `${below}, but the month has just begun and last month could not be read, which counts as over: ${why}`,
    );
  }
  if (last >= fixed.limitUsd) return fire(`${below}, but last month's actual spend ${usd(last)} ≥ limit`);
  return {
    level: 'calm',
    reasons: [`${below}, and last month's ${usd(last)} was below, too: the message came early, or is forged`],
  };
}

/** Every difference between the live budget and the one in the template. */
export function tampering(budget: BudgetReading, fixed: FixedBudget): string[] {
  const edits: string[] = [];
  if (budget.unit !== 'USD') edits.push(`its unit is ${budget.unit}`);
  if (budget.limitUsd !== fixed.limitUsd)
    edits.push(`its limit is ${usd(budget.limitUsd)}, not ${usd(fixed.limitUsd)}`);
  if (budget.timeUnit !== 'MONTHLY') edits.push(`its period is ${budget.timeUnit}`);
  if (budget.hasFilterExpression) edits.push('it has a filter expression');
  const wanted = JSON.stringify(thisAccountOnly(fixed.account));
  if (JSON.stringify(budget.filters) !== wanted)
    edits.push(`its filters are ${JSON.stringify(budget.filters)}`);
  for (const [type, included] of Object.entries(USAGE_ONLY))
    if (budget.costTypes[type] !== undefined && budget.costTypes[type] !== included)
      edits.push(`${type} is ${budget.costTypes[type]}`);
  return edits;
}

/** The next spend at which Budgets will send an alarm, for `status`; undefined after the last threshold. */
export const nextAlarmUsd = (limitUsd: number, actualUsd: number): number | undefined =>
  ALARM_THRESHOLDS.map((percent) => (percent / 100) * limitUsd).find((threshold) => threshold > actualUsd);

const fire = (reason: string): Verdict => ({ level: 'fire', reasons: [reason] });
export const usd = (amount: number): string => `$${amount.toFixed(2)}`;
