import { type BudgetEvidence, floorUsd, nextAlarmUsd, tampering } from './core/decide.ts';
import type { Settings } from './core/settings.ts';
import type { Deps } from './deps.ts';
import { readEvidence } from './shell/budgets.ts';
import { closureOf, type IncidentMark } from './shell/incident.ts';
import { markWithin } from './shell/mark.ts';

/** How things stand, without looking at any machine. */
export interface Status {
  readonly mode: Settings['mode'];
  /** Whom the deployed function spares: the CLI asks before it lets the function disable the caller's key. */
  readonly allow: Settings['allow'];
  readonly budget?: {
    readonly name: string;
    readonly limitUsd: number;
    readonly evidence: BudgetEvidence;
    readonly tampering: readonly string[];
    /** Spend at which a Budgets message fires; above the limit only after a restore. */
    readonly firesAtUsd: number;
    readonly nextAlarmUsd?: number;
  };
  readonly incident?: IncidentMark;
  readonly problem?: string;
}

/** Reads the budget and the incident mark. Never throws for what it cannot read: it says so. */
export async function readStatus(
  { clients, clock, store, budget }: Deps,
  { mode, allow }: Settings,
): Promise<Status> {
  const [{ mark, problem }, evidence] = await Promise.all([
    markWithin(store, clock),
    budget ? readEvidence(clients, budget, clock.now()) : undefined,
  ]);
  const common = {
    mode,
    allow,
    ...(mark ? { incident: mark } : {}),
    ...(problem ? { problem } : {}),
  };
  if (!budget || !evidence) return common;
  const actual = 'unreadable' in evidence.budget ? 0 : evidence.budget.actualUsd;
  const next = nextAlarmUsd(budget.limitUsd, actual);
  return {
    ...common,
    budget: {
      name: budget.name,
      limitUsd: budget.limitUsd,
      evidence,
      tampering: 'unreadable' in evidence.budget ? [] : tampering(evidence.budget, budget),
      firesAtUsd: floorUsd(budget.limitUsd, actual, closureOf(mark)),
      ...(next === undefined ? {} : { nextAlarmUsd: next }),
    },
  };
}
