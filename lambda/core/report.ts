import type { Verdict } from './decide.ts';
import { type Gap, GLOBAL, type Mode, type Outcome, type Scope, type Skip, type Verb } from './model.ts';
import type { Trigger } from './trigger.ts';

export const REPORT_VERSION = 1;

export interface ReportedAction {
  readonly kind: string;
  readonly region: Scope;
  readonly id: string;
  readonly verb: Verb;
  readonly status: 'done' | 'failed' | 'planned';
  readonly error?: string;
}

export interface ReportedSkip {
  readonly kind: string;
  readonly region: Scope;
  readonly id: string;
  readonly code: Skip['skip'];
  readonly reason: string;
}

export interface ReportedGap {
  readonly kind: string;
  readonly region: Scope;
  readonly code: string;
  readonly error: string;
  /** Closed by the organization to everybody, and accepted by the owner. */
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

/** Month-to-date cost by service and region from Cost Explorer, in US dollars, dearest first. */
export type Spend =
  | { readonly rows: readonly { service: string; region: string; usd: number }[] }
  | { readonly unavailable: string };

/** The whole document: what `--json` prints and what lies beside the journal. See docs/report.md. */
export interface Report {
  readonly schemaVersion: typeof REPORT_VERSION;
  readonly incident: string;
  readonly run: string;
  readonly account: string;
  readonly caller: string;
  readonly mode: Mode;
  /** False for plan, dry-run and test: nothing was changed. */
  readonly acted: boolean;
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
  readonly actions: readonly ReportedAction[];
  readonly skips: readonly ReportedSkip[];
  readonly gaps: readonly ReportedGap[];
  readonly spend: Spend;
  readonly examined: readonly string[];
  readonly notExamined: readonly string[];
  /** Two passes in a row found nothing new and nothing failed. */
  readonly contained: boolean;
  /** Contained, nothing left that bills, and nowhere that we could not look. Names its scope by `examined`. */
  readonly clean: boolean;
  readonly byHand: readonly string[];
  readonly journal?: string;
}

export interface ScopeFindings {
  readonly scope: Scope;
  readonly outcomes: readonly Outcome[];
  readonly skips: readonly Skip[];
  readonly gaps: readonly Gap[];
  readonly passes: number;
  readonly quiet: boolean;
  readonly firstActedAt?: number;
  readonly lastActedAt?: number;
}

export interface ReportInput
  extends Pick<
    Report,
    | 'incident'
    | 'run'
    | 'account'
    | 'caller'
    | 'mode'
    | 'acted'
    | 'trigger'
    | 'verdict'
    | 'spend'
    | 'examined'
    | 'notExamined'
  > {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly scopes: readonly ScopeFindings[];
  /** Gaps that belong to no scope's pass: identity, regions, journal. */
  readonly gaps: readonly Gap[];
  /** Outcomes outside the passes, e.g. the caller's own key as the last step. */
  readonly outcomes?: readonly Outcome[];
  readonly journal?: string;
}

/** Composes the document. Deterministic: rows are ordered by region, kind and id. */
export function composeReport(input: ReportInput): Report {
  const outcomes = [...input.scopes.flatMap((scope) => scope.outcomes), ...(input.outcomes ?? [])];
  const acted = new Set(outcomes.map((outcome) => `${outcome.kind}/${outcome.scope}/${outcome.id}`));
  const late: Skip[] = outcomes.flatMap((outcome) => {
    if (outcome.status === 'gone') return [skipOf(outcome, 'gone', 'vanished before we reached it')];
    return outcome.status === 'unstoppable'
      ? [skipOf(outcome, 'unstoppable', outcome.error ?? 'EC2 refuses to stop it')]
      : [];
  });
  const early = input.scopes
    .flatMap((scope) => scope.skips)
    .filter((s) => !acted.has(`${s.kind}/${s.scope}/${s.id}`));
  const gaps = [...input.gaps, ...input.scopes.flatMap((scope) => scope.gaps)];
  const actions = outcomes.flatMap((outcome) => reportedAction(outcome) ?? []).sort(byPlace);
  const skips = [...early, ...late].map(reportedSkip).sort(byPlace);
  const isOpen = (gap: Gap) => !gap.accepted;
  const quiet = input.scopes.every((scope) => scope.quiet);
  const contained =
    input.acted && quiet && !gaps.some(isOpen) && actions.every(({ status }) => status === 'done');
  const idle = !input.acted && !gaps.some(isOpen) && actions.length === 0;
  const clean = (contained || idle) && !skips.some(({ code }) => code === 'unstoppable');
  const times = input.scopes
    .flatMap((scope) => [scope.firstActedAt, scope.lastActedAt])
    .filter((t) => t !== undefined);
  const since = (t: number) => Math.round((t - input.startedAt) / 10) / 100;
  const report: Report = {
    schemaVersion: REPORT_VERSION,
    incident: input.incident,
    run: input.run,
    account: input.account,
    caller: input.caller,
    mode: input.mode,
    acted: input.acted,
    trigger: input.trigger,
    verdict: input.verdict,
    timings: {
      startedAt: new Date(input.startedAt).toISOString(),
      endedAt: new Date(input.endedAt).toISOString(),
      seconds: since(input.endedAt),
      ...(input.acted && times.length > 0
        ? { firstActionSeconds: since(Math.min(...times)), lastActionSeconds: since(Math.max(...times)) }
        : {}),
    },
    regions: Object.fromEntries(input.scopes.map((scope) => [scope.scope, summary(scope, actions, skips)])),
    actions,
    skips,
    gaps: gaps.map(reportedGap).sort(byPlace),
    spend: input.spend,
    examined: input.examined,
    notExamined: input.notExamined,
    contained,
    clean,
    byHand: [],
    ...(input.journal ? { journal: input.journal } : {}),
  };
  return { ...report, byHand: byHand(report) };
}

/** Exit code of `plan`, `--dry-run` and `fire`: 0 done and clean, 3 something could not be seen or done. */
export function exitCodeOf(report: Report): 0 | 3 {
  if (!report.acted) return report.gaps.some((gap) => !gap.accepted) ? 3 : 0;
  return report.clean ? 0 : 3;
}

function byHand(report: Report): string[] {
  const steps: string[] = [];
  for (const skip of report.skips) if (skip.code === 'manual') steps.push(skip.reason);
  if (report.skips.some((skip) => skip.code === 'caller' && skip.kind === 'iam-access-key'))
    steps.push(
      'The key that ran this is still active, and it may be the leaked one: make a new key, then delete the old one',
    );
  if (
    report.gaps.some((gap) => gap.region === GLOBAL && /^AccessDenied/.test(gap.code)) ||
    iamRefused(report)
  )
    steps.push(
      'IAM refused us (AWS may have quarantined your key): sign in as root at https://console.aws.amazon.com, open CloudShell, ' +
        'and run killswitch there, or run: npx killswitch fire --deployed',
    );
  const unstoppable = report.skips.filter((skip) => skip.code === 'unstoppable');
  if (unstoppable.length > 0)
    steps.push(
      `${unstoppable.length} machines cannot be stopped, only terminated (their data is lost either way): terminate them yourself`,
    );
  if (report.gaps.some((gap) => !gap.accepted) || report.actions.some((action) => action.status === 'failed'))
    steps.push(
      'Run it again: whatever could not be seen or done this time is tried anew, and nothing is done twice',
    );
  return steps;
}

const iamRefused = (report: Report) =>
  report.actions.some(
    (a) => a.region === GLOBAL && a.status === 'failed' && /^AccessDenied/.test(a.error ?? ''),
  );

function summary(
  scope: ScopeFindings,
  actions: readonly ReportedAction[],
  skips: readonly ReportedSkip[],
): RegionSummary {
  const here = actions.filter(({ region }) => region === scope.scope);
  const count = (status: ReportedAction['status']) =>
    here.filter((action) => action.status === status).length;
  const gaps = scope.gaps.filter((gap) => !gap.accepted).length;
  const left = skips.some((skip) => skip.region === scope.scope && skip.code === 'unstoppable');
  const clean = scope.quiet && gaps === 0 && count('failed') === 0 && !left;
  const skipped = skips.filter(({ region }) => region === scope.scope).length;
  return {
    passes: scope.passes,
    done: count('done'),
    failed: count('failed'),
    planned: count('planned'),
    skipped,
    gaps,
    clean,
  };
}

function reportedAction({ kind, scope, id, verb, status, error }: Outcome): ReportedAction | undefined {
  if (status === 'gone' || status === 'unstoppable') return undefined;
  return { kind, region: scope, id, verb, status, ...(error ? { error } : {}) };
}

const skipOf = ({ kind, scope, id }: Outcome, skip: Skip['skip'], reason: string): Skip => ({
  kind,
  scope,
  id,
  skip,
  reason,
});
const reportedSkip = ({ kind, scope, id, skip, reason }: Skip): ReportedSkip => ({
  kind,
  region: scope,
  id,
  code: skip,
  reason,
});
const reportedGap = ({ kind, scope, code, error, accepted }: Gap): ReportedGap => ({
  kind,
  region: scope,
  code,
  error,
  ...(accepted ? { accepted } : {}),
});

type Placed = { readonly region: string; readonly kind: string; readonly id?: string };
const place = ({ region, kind, id = '' }: Placed) => `${region} ${kind} ${id}`;
const byPlace = (a: Placed, b: Placed) => (place(a) < place(b) ? -1 : 1);
