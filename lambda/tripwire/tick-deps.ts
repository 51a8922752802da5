import type { AllowanceCap } from '../core/allowance-cap.ts';
import type { LearnedPrices } from '../core/prices/prices.ts';
import type { Signal } from '../core/signal.ts';
import type { Granted } from '../core/tripwire/allowance.ts';
import type { TripwireDecision } from '../core/tripwire/decision.ts';
import type { TripwireRules } from '../core/tripwire/sighting.ts';
import type { Trigger } from '../core/verdict/trigger.ts';
import type { Deps } from '../engine/deps.ts';
import type { IncidentMark } from '../shell/journal/incident.ts';
import type { StoredMemory } from '../shell/journal/tripwire-memory.ts';
import type { Guards } from './guards.ts';
import type { Look } from './look.ts';

/** What a tick needs from outside, beside what a run needs. */
export interface TickDeps extends Deps {
  readonly budget: NonNullable<Deps['budget']> & { readonly cap: AllowanceCap };
  readonly rules: TripwireRules;
  readonly everyMinutes: number;
  readonly guards: Guards;
  /** Regions whose GuardDuty findings come by themselves. */
  readonly forwardedRegions: readonly string[];
  readonly heartbeatUrl?: string;
  /** Lambda's AWS_EXECUTION_ENV. */
  readonly runtime?: string | undefined;
}

export type TickTrigger = Extract<Trigger, { source: 'schedule' | 'signal' }>;

/** What one tick has seen and decided, before anything of it is told or written down. */
export interface TickFindings {
  readonly decision: TripwireDecision;
  readonly stored: StoredMemory;
  /** What is known of prices beside the table. */
  readonly learned: LearnedPrices;
  readonly look: Look;
  /** Those that are new. */
  readonly signals: readonly Signal[];
  readonly grants: readonly Granted[];
  /** What somebody did to the budget. */
  readonly edits: readonly string[];
  /** Of the incident that is open, or was last. */
  readonly mark: IncidentMark | undefined;
  readonly now: number;
}
