import { monthBefore, monthOf } from '../calendar.ts';
import {
  ALARM_THRESHOLDS,
  type BudgetEvidence,
  type BudgetReading,
  readingIn,
  thisAccountOnly,
  USAGE_ONLY,
} from './budget.ts';
import { type Closure, floorUsd } from './floor.ts';
import { mayBeLastMonthsFigure } from './late-data.ts';
import type { Trigger } from './trigger.ts';

export interface Verdict {
  readonly level: 'calm' | 'warn' | 'fire';
  readonly reasons: readonly string[];
}

/** The budget as the template defines it. */
export interface FixedBudget {
  /** Undefined where the settings deploy no AWS budget: then only the limit counts. */
  readonly name: string | undefined;
  readonly account: string;
  readonly limitUsd: number;
}

/** What the tripwire's documents say of a month, in US dollars: allowances are capped; an estimate raises no limit. */
export interface ExpectedSpend {
  readonly allowedUsd?: number;
  readonly estimateUsd?: number;
  /** By allowances of last month, which its late alarms respect. */
  readonly allowedLastMonthUsd?: number;
}

/**
 * Decides whether to fire. A Budgets message is only a hint: the live budget is compared with the limit fixed
 * at deploy time, because an intruder can raise the live limit. What cannot be read counts as over: one
 * command undoes a false stop, but a missed one costs thousands. Each month is judged by its own figure, and
 * by its own floor and allowances.
 */
export function decide(
  trigger: Trigger,
  fixed: FixedBudget,
  evidence: BudgetEvidence | undefined,
  closure?: Closure,
  expected: ExpectedSpend = {},
): Verdict {
  if (trigger.source === 'schedule' || trigger.source === 'signal')
    throw new Error('core/tripwire decides ticks');
  if (trigger.source !== 'budget')
    return trigger.action === 'fire'
      ? { level: 'fire', reasons: [trigger.reason] }
      : { level: 'calm', reasons: [`${trigger.action} only: ${trigger.reason}`] };
  if (closure?.triggers.includes(trigger.id))
    return calm(
      `this message (${trigger.id}) belongs to an incident that was restored at ${closure.closedAt}`,
    );
  if (fixed.name === undefined)
    return calm(
      'this stack has no AWS budget (awsBudgets), so a message of one is no alarm: its looks decide',
    );
  if (!evidence || 'unreadable' in evidence.budget || 'notDeployed' in evidence.budget) {
    const why = evidence && 'unreadable' in evidence.budget ? evidence.budget.unreadable : 'it was not read';
    return fire(`the budget ${fixed.name} could not be read, which counts as over: ${why}`);
  }
  const { at, budget, lastMonthUsd } = evidence;
  const edits = tampering(budget, fixed);
  if (edits.length > 0)
    return { level: 'fire', reasons: edits.map((edit) => `the budget ${fixed.name} was edited: ${edit}`) };

  if (!Number.isFinite(budget.actualUsd) || !Number.isFinite(budget.limitUsd))
    return fire(`the budget ${fixed.name} has no readable amounts, which counts as over`);
  const { allowedUsd = 0, estimateUsd = 0 } = expected;
  const spend = `actual spend ${usd(budget.actualUsd)}`;
  if (mayBeLastMonthsFigure(evidence, budget.actualUsd))
    return byLastMonth(`${spend} may still be last month's`, fixed, evidence, closure, expected);
  const spent = { usd: budget.actualUsd, text: spend, atMostUsd: Math.max(budget.actualUsd, estimateUsd) };
  const judged = byMonth(spent, fixed, monthOf(at), closure, allowedUsd);
  if (judged.isOver) return judged.verdict;
  const below = judged.verdict.reasons.join();
  if (lastMonthUsd === undefined) return calm(`${below}: the message came early, or is forged`);
  return byLastMonth(below, fixed, evidence, closure, expected);
}

/** What a month's figure means, by that month's floor and allowances. */
function byMonth(
  spent: { readonly usd: number; readonly text: string; readonly atMostUsd: number },
  fixed: FixedBudget,
  month: string,
  closure: Closure | undefined,
  allowedUsd: number,
): { readonly isOver: boolean; readonly verdict: Verdict } {
  const limitUsd = fixed.limitUsd + allowedUsd;
  const allowed = allowedUsd > 0 ? `, ${usd(allowedUsd)} of it by your allowances` : '';
  const limit = `limit ${usd(limitUsd)}${allowed}`;
  if (spent.usd < limitUsd) return { isOver: false, verdict: calm(`${spent.text} < ${limit}`) };
  const floor = floorUsd(limitUsd, spent.atMostUsd, closure?.restoredUsd?.[month], fixed.limitUsd);
  const since = floor > limitUsd ? ` and ≥ ${usd(floor)}, the floor since the last restore` : '';
  return {
    isOver: true,
    verdict:
      spent.usd >= floor
        ? fire(`${spent.text} ≥ ${limit}${since}`)
        : calm(`${spent.text} is below ${usd(floor)}, the floor since the last restore`),
  };
}

/** In the first days of a month, an alarm may still be about the last one. */
function byLastMonth(
  below: string,
  fixed: FixedBudget,
  evidence: BudgetEvidence,
  closure: Closure | undefined,
  { allowedLastMonthUsd = 0 }: ExpectedSpend,
): Verdict {
  const { at, lastMonthUsd = 0 } = evidence;
  if (typeof lastMonthUsd !== 'number' || !Number.isFinite(lastMonthUsd)) {
    const why = typeof lastMonthUsd === 'number' ? 'it has no readable amount' : lastMonthUsd.unreadable;
    return fire(
      `${below}, but the month has just begun and last month could not be read, which counts as over: ${why}`,
    );
  }
  const reading = readingIn(evidence);
  const isShown = reading !== undefined && mayBeLastMonthsFigure(evidence, reading.actualUsd);
  const shown = isShown ? reading.actualUsd : 0;
  const last = Math.max(lastMonthUsd, shown);
  const spent = { usd: last, text: `last month's actual spend ${usd(last)}`, atMostUsd: last };
  const { isOver, verdict } = byMonth(spent, fixed, monthBefore(at), closure, allowedLastMonthUsd);
  const reason = `${below}, ${isOver && verdict.level === 'fire' ? 'but' : 'and'} ${verdict.reasons.join()}`;
  if (isOver) return { level: verdict.level, reasons: [reason] };
  return calm(`${reason}: the message came early, or is forged`);
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

const calm = (reason: string): Verdict => ({ level: 'calm', reasons: [reason] });
const fire = (reason: string): Verdict => ({ level: 'fire', reasons: [reason] });
export const usd = (amount: number): string => `$${amount.toFixed(2)}`;
