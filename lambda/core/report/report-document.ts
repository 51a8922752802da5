import type { Mode, Scope, Skip, Verb } from '../model.ts';
import type { Verdict } from '../verdict/decide.ts';
import type { Trigger } from '../verdict/trigger.ts';

export const REPORT_VERSION = 1;

export interface ReportedAction {
  readonly kind: string;
  readonly region: Scope;
  readonly id: string;
  readonly verb: Verb;
  readonly status: 'done' | 'failed' | 'planned';
  readonly error?: string;
  /** Why it was not spared although its owner is on the allowlist. */
  readonly notSpared?: string;
}

export interface ReportedSkip {
  readonly kind: string;
  readonly region: Scope;
  readonly id: string;
  readonly code: Skip['skip'];
  readonly reason: string;
  readonly remedy?: string;
}

export interface ReportedGap {
  readonly kind: string;
  readonly region: Scope;
  readonly code: string;
  readonly error: string;
  /** The organization denies this region to everybody, and the owner accepts that. */
  readonly accepted?: true;
}

export interface RegionSummary {
  readonly passes: number;
  readonly done: number;
  readonly failed: number;
  readonly planned: number;
  readonly skipped: number;
  readonly gaps: number;
  readonly clean: boolean;
}

/** This month's cost by service and region, from Cost Explorer, in US dollars, highest first. */
export type Spend =
  | { readonly rows: readonly { service: string; region: string; usd: number }[] }
  | { readonly unavailable: string };

/** Where a person wanted a run to look only, and what it was to leave out. */
export interface Narrowed {
  readonly onlyRegions?: readonly Scope[];
  readonly excludeRegions?: readonly Scope[];
}

/** Where a run looked, and what it left out on purpose. `clean` speaks of the first only. */
export interface Places {
  /** In order; without those that are closed. */
  readonly regions: readonly Scope[];
  readonly iam: boolean;
  /** A person named the regions: all others were left out. */
  readonly isNarrowed: boolean;
  /** What a person excluded; `global` is IAM. */
  readonly excluded: readonly Scope[];
  /** What the organization closes, which the owner accepts. */
  readonly closed: readonly Scope[];
}

/** The document that `--json` prints and that is written beside the journal. See docs/report.md. */
export interface Report {
  readonly schemaVersion: typeof REPORT_VERSION;
  readonly incident: string;
  readonly run: string;
  readonly account: string;
  readonly caller: string;
  readonly mode: Mode;
  /** False for plan, dry-run and test: nothing was changed. */
  readonly acted: boolean;
  /** The run was only about keys that AWS reports as exposed: it did not look at what runs. */
  readonly only?: 'keys';
  /** Options that name something to spare, and match nothing that was found: `--allow-instance i-…`. */
  readonly unmatched?: readonly string[];
  readonly trigger: Trigger;
  readonly verdict: Verdict;
  readonly timings: {
    readonly startedAt: string;
    readonly endedAt: string;
    readonly seconds: number;
    readonly firstActionSeconds?: number;
    readonly lastActionSeconds?: number;
  };
  readonly regions: Readonly<Record<Scope, RegionSummary>>;
  /** Not in a report of an older version. */
  readonly places?: Places;
  readonly actions: readonly ReportedAction[];
  readonly skips: readonly ReportedSkip[];
  readonly gaps: readonly ReportedGap[];
  readonly spend: Spend;
  readonly examined: readonly string[];
  readonly notExamined: readonly string[];
  /** Two passes in a row found nothing new and nothing failed. */
  readonly contained: boolean;
  /** Contained, nothing left that bills, and no gaps; only for what `examined` names. */
  readonly clean: boolean;
  readonly byHand: readonly string[];
  readonly journal?: string;
  /** The command that puts back what was changed; missing where there is nothing to put back. */
  readonly undo?: string;
}
