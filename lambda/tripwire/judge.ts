import type { Signal } from '../core/signal.ts';
import type { ExposedUser } from '../core/signals/exposed-users.ts';
import { type Granted, granted } from '../core/tripwire/allowance.ts';
import { decideTick, type TripwireDecision } from '../core/tripwire/decision.ts';
import type { Running } from '../core/tripwire/estimate.ts';
import { afterPoll, isDealtWith } from '../core/tripwire/handled.ts';
import { alerted, freshMemory, type TripwireMemory } from '../core/tripwire/memory.ts';
import type { SightingGap } from '../core/tripwire/sighting.ts';
import { closureOf, membershipOf } from '../shell/journal/incident.ts';
import { askAgain, isUnknown, type Known, withLastKnown } from '../shell/journal/known.ts';
import type { ActualSpend } from './actual-spend.ts';
import { restoredIn } from './lock-out.ts';
import type { Look } from './look.ts';
import type { Polled } from './poll.ts';
import type { TickDeps } from './tick-deps.ts';

/** What a tick saw, whatever the journal says. */
export interface Seen {
  readonly now: number;
  readonly look: Look;
  readonly running: readonly Running[];
  /** Where something runs whose price is unknown. */
  readonly unpriced: readonly SightingGap[];
  readonly actual: ActualSpend;
  /** Signals that events brought. */
  readonly received: readonly Signal[];
  readonly polled: Pick<Polled, 'signals' | 'quarantined'>;
}

/** What that means, by what the journal says. */
export interface Judged {
  readonly known: Known;
  readonly decision: TripwireDecision;
  readonly grants: readonly Granted[];
  /** New ones only. */
  readonly signals: readonly Signal[];
  /** Users with AWS's quarantine who are not locked out again. */
  readonly restored: readonly ExposedUser[];
}

/**
 * Judges what a tick saw. Where the journal gives no answer, what this process knew last counts; and before anything is
 * stopped, locked out or mailed on such ground, it is asked again.
 */
export async function judgeSeen(deps: TickDeps, first: Known, seen: Seen): Promise<Judged> {
  const judged = judge(deps, withLastKnown(first, deps.lastKnown, seen.now), seen);
  if (!isUnknown(first) || !matters(judged, seen.now)) return judged;
  const again = await askAgain(deps.store, deps.clock, first);
  return judge(deps, withLastKnown(again, deps.lastKnown, seen.now), seen);
}

/** Whether something follows from it that the owner would notice. */
const matters = ({ decision, signals, known }: Judged, now: number): boolean =>
  decision.verdict.level !== 'calm' ||
  signals.length > 0 ||
  membershipOf(known.found.mark, 'none', now).joined;

function judge({ rules, budget, policy }: TickDeps, known: Known, seen: Seen): Judged {
  const { now, look, running, unpriced, actual, received, polled } = seen;
  const memory = afterPoll(known.stored.memory ?? freshMemory(now), polled.quarantined, now);
  const isNew = (signal: Signal | { readonly id: string }) => !isDealtWith(memory, signal, policy.dryRun);
  const signals = [...received, ...polled.signals].filter(isNew);
  const edits = actual.edits.map((text) => ({ id: `budget-edited:${text}`, text })).filter(isNew);
  const grants = granted(known.stored.allowances, budget.cap, now);
  const sighting = {
    now,
    running,
    gaps: [...gapsIn(look, memory), ...unpriced],
    actualUsd: actual.usd,
    budgetIsLost: actual.edits.length > 0 || actual.notDeployed === true,
    grants,
    closure: closureOf(known.found.mark),
  };
  return {
    known,
    grants,
    signals,
    restored: policy.quarantine === 'users' ? restoredIn(polled.quarantined, memory, policy.dryRun) : [],
    decision: decideTick(rules, sighting, alerted(memory, [...signals, ...edits], now)),
  };
}

/** The look's gaps, and regions in which something ran last, but which are not listed now. */
function gapsIn({ gaps, regions, isWhole }: Look, { samples }: TripwireMemory): SightingGap[] {
  const ran = isWhole ? [] : Object.keys(samples.at(-1)?.rates ?? {});
  const unlisted = ran.filter((region) => !regions.includes(region));
  return [
    ...gaps.map(({ kind, scope }) => ({ kind, region: scope })),
    ...unlisted.map((region) => ({ region })),
  ];
}
