import type { Closure } from '../verdict/floor.ts';
import type { Granted } from './allowance.ts';
import type { Running } from './estimate.ts';

export interface TripwireRules {
  readonly limitUsd: number;
  readonly homeRegions: ReadonlySet<string>;
  readonly exhaustWithinHours: number;
  readonly warnWithinHours: number;
}

/** A region that did not answer, about one kind or, without one, about any. */
export interface SightingGap {
  readonly region: string;
  readonly kind?: string;
}

/** What one tick has seen. */
export interface Sighting {
  /** Ms since 1970. */
  readonly now: number;
  readonly running: readonly Running[];
  /** What could not be seen: what ran there last is taken to run on. */
  readonly gaps: readonly SightingGap[];
  /** Budgets' ActualSpend; undefined when it could not be read. */
  readonly actualUsd: number | undefined;
  /** The budget is gone, or counts something else now. */
  readonly budgetIsLost?: boolean;
  readonly grants: readonly Granted[];
  readonly closure?: Closure | undefined;
}
