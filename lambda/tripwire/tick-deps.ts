import type { AllowanceCap } from '../core/allowance-cap.ts';
import type { LearnedPrices } from '../core/prices/prices.ts';
import type { Signal } from '../core/signal.ts';
import type { ExposedUser } from '../core/signals/exposed-users.ts';
import type { Granted } from '../core/tripwire/allowance.ts';
import type { TripwireDecision } from '../core/tripwire/decision.ts';
import type { TripwireRules } from '../core/tripwire/sighting.ts';
import type { Trigger } from '../core/verdict/trigger.ts';
import type { Deps } from '../engine/deps.ts';
import type { IncidentMark } from '../shell/journal/incident.ts';
import type { StoredMemory } from '../shell/journal/tripwire-memory.ts';
import type { Guards } from './guards.ts';
import type { Look } from './look.ts';

/** What a tick needs from outside: all that a run needs, and more. */
export interface TickDeps extends Deps {
  readonly budget: NonNullable<Deps['budget']> & { readonly cap: AllowanceCap };
  readonly rules: TripwireRules;
  readonly everyMinutes: number;
  readonly guards: Guards;
  /** Regions whose GuardDuty findings an event rule forwards: we need not poll them. */
  readonly forwardedRegions: readonly string[];
  readonly heartbeatUrl?: string;
  /** Lambda's AWS_EXECUTION_ENV. */
  readonly runtime?: string | undefined;
}

export type TickTrigger = Extract<Trigger, { source: 'schedule' | 'signal' }>;

/** What one tick has found and decided, before it notifies or writes anything. */
export interface TickFindings {
  readonly decision: TripwireDecision;
  readonly stored: StoredMemory;
  /** Prices that earlier ticks learned, in addition to the price table. */
  readonly learned: LearnedPrices;
  readonly look: Look;
  /** New ones only. */
  readonly signals: readonly Signal[];
  /** Users with AWS's quarantine who are not locked out again. */
  readonly restored: readonly ExposedUser[];
  readonly grants: readonly Granted[];
  /** What somebody changed in the budget. */
  readonly edits: readonly string[];
  /** The mark of the open or last incident. */
  readonly mark: IncidentMark | undefined;
  readonly now: number;
}
