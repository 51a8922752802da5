import { allowanceCap } from '../core/allowance-cap.ts';
import { monthBefore, monthOf } from '../core/calendar.ts';
import { errorFacts } from '../core/model.ts';
import type { Settings } from '../core/settings.ts';
import { ALLOWANCES_KEY, allowedUsd, granted, parseAllowances } from '../core/tripwire/allowance.ts';
import { MEMORY_KEY, parseMemory } from '../core/tripwire/memory.ts';
import { estimatesIn, firedUsdIn } from '../core/tripwire/memory-by-month.ts';
import { type BudgetEvidence, readingIn } from '../core/verdict/budget.ts';
import { nextAlarmUsd, tampering } from '../core/verdict/decide.ts';
import { floorOf, isBeyond, paceUsdPerHour } from '../core/verdict/floor.ts';
import { spentByMonth } from '../core/verdict/late-data.ts';
import type { Clock } from '../shell/clock.ts';
import { type IncidentMark, markWithin } from '../shell/journal/incident.ts';
import type { Store } from '../shell/journal/store.ts';
import { readEvidence } from '../shell/sources/budgets.ts';
import { within } from '../shell/time-limit.ts';
import type { Deps } from './deps.ts';
import { type TripwireStatus, tripwireStatus } from './tripwire-status.ts';

/** The state of the kill switch. It lists no resources. */
export interface Status {
  readonly mode: Settings['mode'];
  /** What the deployed function spares; the command line reads it before the caller's key may be disabled. */
  readonly allow: Settings['allow'];
  readonly budget?: {
    /** Missing where the settings deploy no AWS budget; then `evidence` says so. */
    readonly name?: string;
    readonly limitUsd: number;
    readonly evidence: BudgetEvidence;
    readonly tampering: readonly string[];
    /** Spend at which a Budgets message fires: the limit, plus allowances, higher after a restore. */
    readonly firesAtUsd: number;
    /** In the first days of a month: the spend of last month at which a late message still fires. */
    readonly lastMonth?: { readonly month: string; readonly firesAtUsd: number };
    /** After a restore in a month beyond that: the rate at which the tripwire fires, US dollars an hour. */
    readonly paceUsdPerHour?: number;
    readonly nextAlarmUsd?: number;
  };
  readonly incident?: IncidentMark;
  readonly problem?: string;
  /** A request may say `hold`; a version whose answer does not have this refuses such a request. */
  readonly takesHold?: true;
  /** Absent in the answer of a version without a tripwire. */
  readonly tripwire?: TripwireStatus;
}

/** Limit for each document of the tripwire; the budget is read at the same time. */
const LIMIT_MS = 5_000;

/**
 * Reads the budget, the incident mark and the tripwire's two documents, all at once. What it cannot read
 * becomes a problem in the status, not an error.
 */
export async function readStatus(
  { clients, clock, store, budget }: Deps,
  settings: Settings,
): Promise<Status> {
  const [{ mark, problem }, evidence, memory, allowances] = await Promise.all([
    markWithin(store, clock),
    budget ? readEvidence(clients, budget, clock.now()) : undefined,
    documentWithin(store, clock, MEMORY_KEY),
    documentWithin(store, clock, ALLOWANCES_KEY),
  ]);
  const { mode, allow } = settings;
  const now = clock.now();
  const read = 'text' in memory ? parseMemory(memory.text, now) : { memory: undefined, ...memory };
  const written = 'text' in allowances ? parseAllowances(allowances.text) : { allowances: [], ...allowances };
  const allowedIn = (month: string) => granted(written.allowances, allowanceCap(settings), now, month);
  const tripwire = tripwireStatus(settings, read, written, now);
  const common = {
    ...{ mode, allow, tripwire },
    takesHold: true as const,
    ...(mark ? { incident: mark } : {}),
    ...(problem ? { problem } : {}),
  };
  if (!budget || !evidence) return common;
  const spentUsd = spentByMonth(evidence, estimatesIn(read.memory));
  const floorIn = (month: string, firedUsd?: number) =>
    floorOf(
      budget.limitUsd + allowedUsd(allowedIn(month)),
      budget.limitUsd,
      spentUsd[month] ?? 0,
      mark?.restoredUsd?.[month],
      firedUsd,
    );
  const [month, lastMonth] = [monthOf(now), monthBefore(now)];
  const floor = floorIn(month);
  const firesAtUsd = floorIn(month, firedUsdIn(read.memory, now)).usd;
  const reading = readingIn(evidence);
  const isWithout = 'notDeployed' in evidence.budget;
  const next = isWithout ? undefined : nextAlarmUsd(budget.limitUsd, reading?.actualUsd ?? 0);
  const { memory: summary } = tripwire;
  return {
    ...common,
    ...(summary && firesAtUsd !== floor.usd
      ? { tripwire: { ...tripwire, memory: { ...summary, firesAtUsd } } }
      : {}),
    budget: {
      ...(budget.name === undefined ? {} : { name: budget.name }),
      limitUsd: budget.limitUsd,
      evidence,
      tampering: reading ? tampering(reading, budget) : [],
      firesAtUsd: floor.usd,
      ...(evidence.lastMonthUsd === undefined
        ? {}
        : { lastMonth: { month: lastMonth, firesAtUsd: floorIn(lastMonth).usd } }),
      ...(isBeyond(floor, spentUsd[month] ?? 0) ? { paceUsdPerHour: paceUsdPerHour(budget.limitUsd) } : {}),
      ...(next === undefined ? {} : { nextAlarmUsd: next }),
    },
  };
}

type Read = { readonly text: string | undefined } | { readonly problem: string };

/** One object of the journal bucket. Never rejects. */
async function documentWithin(store: Promise<Store | undefined>, clock: Clock, key: string): Promise<Read> {
  try {
    const read = async () => (await store)?.get(key);
    return { text: await within(clock, LIMIT_MS, 'the journal', read) };
  } catch (thrown) {
    return { problem: `${key}: ${errorFacts(thrown).error}` };
  }
}
