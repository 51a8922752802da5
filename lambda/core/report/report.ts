import type { Gap, Outcome, Scope, Skip } from '../model.ts';
import type { Descriptor } from '../policy/descriptor.ts';
import type { NamedEntry } from '../policy/policy.ts';
import { byHand } from './by-hand.ts';
import { closedText, stillBilled } from './closed-regions.ts';
import { placesIn } from './figures.ts';
import { undoCommand } from './next-commands.ts';
import {
  type Narrowed,
  REPORT_VERSION,
  type RegionSummary,
  type Report,
  type ReportedAction,
  type ReportedSkip,
} from './report-document.ts';
import { byPlace, byText, reportedAction, reportedGap, reportedSkip, skipOf } from './rows.ts';

export interface ScopeFindings {
  readonly scope: Scope;
  readonly outcomes: readonly Outcome[];
  readonly skips: readonly Skip[];
  readonly gaps: readonly Gap[];
  readonly passes: number;
  readonly quiet: boolean;
  /** Entries of the command line that matched something here. */
  readonly matched?: readonly NamedEntry[];
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
    | 'only'
    | 'trigger'
    | 'verdict'
    | 'spend'
    | 'examined'
    | 'notExamined'
  > {
  /** All kinds of the run. */
  readonly kinds: readonly Descriptor[];
  /** Entries of the command line that should match something. */
  readonly named?: readonly NamedEntry[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly scopes: readonly ScopeFindings[];
  /** Gaps outside the passes: identity, regions, journal. */
  readonly gaps: readonly Gap[];
  /** Outcomes outside the passes, e.g. the caller's own key as the last step. */
  readonly outcomes?: readonly Outcome[];
  /** Remarks to a person that concern no single resource; they follow the steps to take by hand. */
  readonly remarks?: readonly string[];
  readonly journal?: string;
  readonly narrowed?: Narrowed;
  /** Where the command line finds the journal, see `undoCommand`; by itself where this is missing. */
  readonly commandFlags?: string;
}

/** Composes the document. Deterministic: rows are sorted by region, kind and id. */
export function composeReport(input: ReportInput): Report {
  const outcomes = [...input.scopes.flatMap((scope) => scope.outcomes), ...(input.outcomes ?? [])];
  const acted = new Set(outcomes.map((outcome) => `${outcome.kind}/${outcome.scope}/${outcome.id}`));
  const late: Skip[] = outcomes.flatMap((outcome) => {
    if (outcome.status === 'gone') return [skipOf(outcome, 'gone', 'vanished before we reached it')];
    return outcome.status === 'unstoppable'
      ? [skipOf(outcome, 'unstoppable', outcome.error ?? 'AWS refuses to stop it')]
      : [];
  });
  const early = input.scopes
    .flatMap((scope) => scope.skips)
    .filter((s) => !acted.has(`${s.kind}/${s.scope}/${s.id}`));
  const scopes = [...input.scopes].sort((a, b) => byText(a.scope, b.scope));
  const found = [...input.gaps, ...input.scopes.flatMap((scope) => scope.gaps)];
  const places = placesIn(scopes, found, input.narrowed);
  const gaps = [...found, ...stillBilled(input.spend, places, input.gaps)];
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
  const matched = new Set(input.scopes.flatMap((scope) => scope.matched ?? []));
  const unmatched = (input.named ?? []).filter((entry) => !matched.has(entry));
  const since = (t: number) => Math.round((t - input.startedAt) / 10) / 100;
  const report: Report = {
    schemaVersion: REPORT_VERSION,
    incident: input.incident,
    run: input.run,
    account: input.account,
    caller: input.caller,
    mode: input.mode,
    acted: input.acted,
    ...(input.only ? { only: input.only } : {}),
    ...(unmatched.length > 0 ? { unmatched: unmatched.map(({ flag, entry }) => `${flag} ${entry}`) } : {}),
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
    regions: Object.fromEntries(scopes.map((scope) => [scope.scope, summary(scope, actions, skips)])),
    places,
    actions,
    skips,
    gaps: gaps.map(reportedGap).sort(byPlace),
    spend: input.spend,
    examined: input.examined,
    notExamined: [...input.notExamined, ...places.closed.map(closedText)],
    contained,
    clean,
    byHand: [],
    ...(input.journal ? { journal: input.journal } : {}),
  };
  const undo = undoCommand(report, input.commandFlags ?? '');
  return {
    ...report,
    ...(undo ? { undo } : {}),
    byHand: [...byHand(report, input.kinds), ...(input.remarks ?? [])],
  };
}

/** Exit code of `plan`, `--dry-run` and `fire`: 0 done and clean, 3 if it could not see or do something. */
export function exitCodeOf(report: Report): 0 | 3 {
  if (!report.acted) return report.gaps.some((gap) => !gap.accepted) ? 3 : 0;
  return report.clean ? 0 : 3;
}

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

/** Remarks to a person that concern no single resource. */
export function remarks(markProblem: string | undefined, isHeldOpen: boolean | undefined): string[] {
  return [
    // An intruder may have edited the mark. It hides nothing that we could stop, so this is not a gap.
    ...(markProblem
      ? [`The journal's mark of earlier incidents could not be read and was ignored: ${markProblem}`]
      : []),
    ...(isHeldOpen
      ? [
          'Until you restore this incident, for a day at most, the kill switch looks every minute ' +
            'and stops all that runs: restore it before you start anything of your own',
        ]
      : []),
  ];
}
