/** The figures of one defence in one incident. Minutes count from the compromise; null is never within the story. */
export interface Measures {
  readonly incident: string;
  readonly defence: string;
  /** US dollars that the intruder spent, by the simulated account's ledger; the owner's own usage is not in it. */
  readonly dollars: number;
  /** Until the first of the intruder's machines or tasks stopped costing money. */
  readonly minutesToFirstStop: number | null;
  /** Until nothing of the intruder's cost money any more, for good. */
  readonly minutesToLastStop: number | null;
  /** Until no credential of the intruder worked any more, for good. */
  readonly minutesToCredentialsDead: number | null;
  /** Until both, and until the owner was told so or had cleaned up without being told. */
  readonly minutesToClean: number | null;
  /**
   * How often the defence stopped a machine or a key of the owner's without an intruder in the account, although the
   * owner's own month had not reached its limit.
   */
  readonly falseFires: number;
  /** The same where the month had reached it: that is what the owner asked for. */
  readonly firesAtLimit: number;
  /** E-mails to the owner. */
  readonly warnings: number;
  /** Those of them in which the kill switch itself warns, without a change. */
  readonly ownWarnings: number;
  /**
   * From the first look of the tripwire at which the ledger left no more than its look-ahead, to the first stop; null for
   * a defence without a tripwire.
   */
  readonly minutesFromKnowable: number | null;
  readonly months: readonly MonthFigures[];
}

/** One calendar month (UTC) of a story, as far as the story goes. */
export interface MonthFigures {
  /** `2025-01`. */
  readonly month: string;
  /** By everybody, by the ledger, in US dollars. */
  readonly spentUsd: number;
  readonly falseFires: number;
  readonly firesAtLimit: number;
  readonly ownWarnings: number;
}

export type MarkKind =
  | 'budgets-sees-it'
  | 'mail'
  | 'mail-read'
  | 'noticed'
  | 'acted'
  | 'first-stop'
  | 'contained'
  | 'false-fire'
  | 'fire-at-limit';

/** Something that happened, in ms since 1970. */
export interface Mark {
  readonly kind: MarkKind;
  readonly at: number;
}

/** What had been spent at a moment, in ms since 1970. */
export interface Point {
  readonly at: number;
  /** By the intruder, in US dollars. */
  readonly lostUsd: number;
  /** By everybody. */
  readonly totalUsd: number;
}

/** One incident under one defence, as it went. */
export interface Course {
  readonly measures: Measures;
  readonly points: readonly Point[];
  readonly marks: readonly Mark[];
  /** Sentences on what the figures do not say, e.g. what the defence could not stop. */
  readonly remarks: readonly string[];
}
