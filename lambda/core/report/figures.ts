import { type Gap, GLOBAL, type Scope } from '../model.ts';
import type { Descriptor } from '../policy/descriptor.ts';
import { byName } from '../policy/undo.ts';
import type { Narrowed, Places, Report, ReportedGap } from './report-document.ts';

/** What the headline of a report counts, in whatever language: each resource once. */
export interface Figures {
  /** Resources that were stopped, disabled or denied. */
  readonly done: number;
  /** Resources that still run, or are active, because the change failed or is impossible. */
  readonly left: number;
  /** Kinds in a region, or a list of regions, that could not be looked at. */
  readonly notSeen: number;
  /** What else went wrong, e.g. with the journal. */
  readonly problems: number;
}

/** @param kinds those of the run: a gap of another kind is no place where something could run. */
export function figuresOf(report: Report, kinds: readonly Descriptor[]): Figures {
  const kindNamed = byName(kinds);
  const key = (row: { kind: string; region: Scope; id: string }) => `${row.kind}/${row.region}/${row.id}`;
  const left = new Set([
    ...report.actions.filter(({ status }) => status === 'failed').map(key),
    ...report.skips.filter(({ code }) => code === 'unstoppable').map(key),
  ]);
  const done = new Set(
    report.actions
      .filter(({ kind, verb, status }) => status === 'done' && !kindNamed(kind)?.verbs[verb]?.isAuxiliary)
      .map(key)
      .filter((each) => !left.has(each)),
  );
  const open = report.gaps.filter((gap) => !gap.accepted);
  const notSeen = open.filter((gap) => isPlace(gap, kinds)).length;
  return { done: done.size, left: left.size, notSeen, problems: open.length - notSeen };
}

/** Gaps that name no kind, and are places all the same. */
const PLACES: ReadonlySet<string> = new Set(['opted-in-regions', 'closed-region']);

/** Whether something that bills may be behind a gap. */
export const isPlace = ({ kind }: Pick<ReportedGap, 'kind'>, kinds: readonly Descriptor[]): boolean =>
  PLACES.has(kind) || kinds.some(({ name }) => name === kind);

/** Where a report looked. One of an older version does not say what was left out. */
export function placesOf({ places, regions }: Pick<Report, 'places' | 'regions'>): Places {
  const scopes = Object.keys(regions);
  return (
    places ?? {
      regions: scopes.filter((scope) => scope !== GLOBAL),
      iam: scopes.includes(GLOBAL),
      isNarrowed: false,
      excluded: [],
      closed: [],
    }
  );
}

/** @param scopes in order */
export function placesIn(
  scopes: readonly { readonly scope: Scope }[],
  gaps: readonly Gap[],
  { onlyRegions = [], excludeRegions = [] }: Narrowed = {},
): Places {
  const closed = new Set(gaps.filter(({ accepted }) => accepted).map(({ scope }) => scope));
  const looked = scopes.map(({ scope }) => scope).filter((scope) => !closed.has(scope));
  return {
    regions: looked.filter((scope) => scope !== GLOBAL),
    iam: looked.includes(GLOBAL),
    isNarrowed: onlyRegions.length > 0,
    excluded: [...excludeRegions].sort(),
    closed: [...closed].sort(),
  };
}
