import type { Gap, Outcome, Skip } from '../model.ts';
import type { ReportedAction, ReportedGap, ReportedSkip } from './report-document.ts';

/** As a row of the report; undefined for what is reported as a skip. */
export function reportedAction({
  kind,
  scope,
  id,
  verb,
  status,
  error,
  notSpared,
}: Outcome): ReportedAction | undefined {
  if (status === 'gone' || status === 'unstoppable') return undefined;
  return {
    kind,
    region: scope,
    id,
    verb,
    status,
    ...(error ? { error } : {}),
    ...(notSpared ? { notSpared } : {}),
  };
}

/** What became of a planned change that is reported as a skip. */
export function skipOf({ kind, scope, id, remedy }: Outcome, skip: Skip['skip'], reason: string): Skip {
  return { kind, scope, id, skip, reason, ...(remedy ? { remedy } : {}) };
}

export const reportedSkip = ({ kind, scope, id, skip, reason, remedy }: Skip): ReportedSkip => ({
  kind,
  region: scope,
  id,
  code: skip,
  reason,
  ...(remedy ? { remedy } : {}),
});
export const reportedGap = ({ kind, scope, code, error, accepted }: Gap): ReportedGap => ({
  kind,
  region: scope,
  code,
  error,
  ...(accepted ? { accepted } : {}),
});

type Placed = { readonly region: string; readonly kind: string; readonly id?: string };
const place = ({ region, kind, id = '' }: Placed) => `${region} ${kind} ${id}`;

/** Two rows may have the same place (a protection lifted, then a stop): then their other fields decide. */
export const byPlace = (a: Placed, b: Placed) =>
  byText(place(a), place(b)) || byText(JSON.stringify(a), JSON.stringify(b));
export const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
