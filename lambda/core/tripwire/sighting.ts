import type { Closure } from '../verdict/floor.ts';
import type { Granted } from './allowance.ts';
import type { Running } from './estimate.ts';

export interface TripwireRules {
  readonly limitUsd: number;
  readonly homeRegions: ReadonlySet<string>;
  readonly exhaustWithinHours: number;
  readonly warnWithinHours: number;
  /** No AWS budget is deployed: the reasons do not speak of one. */
  readonly withoutBudgets?: true;
}

/** A region that gave no answer: about one kind or, without `kind`, about all kinds. */
export interface SightingGap {
  readonly region: string;
  readonly kind?: string;
}

/** What one tick found. */
export interface Sighting {
  /** Ms since 1970. */
  readonly now: number;
  readonly running: readonly Running[];
  /** Where we could not look: what ran there before is assumed to run still. */
  readonly gaps: readonly SightingGap[];
  /** Budgets' ActualSpend; undefined when it could not be read. */
  readonly actualUsd: number | undefined;
  /** The budget is gone or edited, or none is deployed: a figure in the memory may be old or forged. */
  readonly budgetIsLost?: boolean;
  readonly grants: readonly Granted[];
  readonly closure?: Closure | undefined;
}
