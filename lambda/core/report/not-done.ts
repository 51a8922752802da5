import { groupBy } from '../group-by.ts';
import { GLOBAL, type SkipCode } from '../model.ts';
import { listed, plain } from '../plain-text.ts';
import type { Descriptor } from '../policy/descriptor.ts';
import { isPlace } from './figures.ts';
import { remedyOf } from './remedies.ts';
import type { Report, ReportedGap, ReportedSkip } from './report-document.ts';
import { type Why, whyOf } from './why.ts';

/** More of an error's text says nothing new: EC2 adds an encoded message of a thousand characters. */
const LONGEST_ERROR = 300;
/** So many regions are named; the document has all. */
const NAMED = 6;

/**
 * What was not stopped and not seen, a row for each cause and not for each call: each with its places, one error of it
 * in AWS's words, and the one thing to do. The document keeps every row.
 */
export function notDone(report: Report, kinds: readonly Descriptor[]): string[] {
  return [...failedRows(report), ...unstoppableRows(report), ...gapRows(report, kinds)];
}

function failedRows(report: Report): string[] {
  const failed = report.actions.filter(({ status }) => status === 'failed');
  const groups = groupBy(failed, ({ kind, verb, error = '' }) => `${kind} ${verb} ${codeIn(error)}`);
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const { kind, verb, error = '' } = first;
    const said = `${resources(kind, rows)}: could not ${verb}: ${short(error)}`;
    return withRemedy(said, remedyOf(whyOf(codeIn(error)), report, []));
  });
}

const unstoppableRows = ({ skips }: Report): string[] =>
  skipRows(skips.filter(({ code }) => code === 'unstoppable'));

const ALONE: ReadonlySet<SkipCode> = new Set(['allowed', 'caller', 'protected-user', 'unidentified']);

/** What is changed although the allowlist seems to spare it, and why. */
export const notSpared = ({ actions }: Pick<Report, 'actions'>): string[] =>
  actions.flatMap(({ kind, region, id, notSpared: why }) => (why ? `${kind} ${id} (${region}): ${why}` : []));

/** What is spared on purpose, a row for each reason. */
export const leftAlone = ({ skips }: Report): string[] =>
  skipRows(skips.filter(({ code }) => ALONE.has(code)));

function skipRows(skips: readonly ReportedSkip[]): string[] {
  const groups = groupBy(skips, ({ kind, reason }) => `${kind} ${reason}`);
  return [...groups.values()].map((rows) => `${resources(rows[0]?.kind ?? '', rows)}: ${rows[0]?.reason}`);
}

/** A gap's cause: that of its error, or, where it is not known, the error itself. */
type Cause = Why | 'closed' | undefined;

function gapRows(report: Report, kinds: readonly Descriptor[]): string[] {
  const open = report.gaps.filter(({ accepted }) => !accepted);
  const closed = closedRegions(report, open, kinds);
  const causeOf = (gap: ReportedGap): Cause => {
    const why = whyOf(gap.code);
    return why === 'permission' && closed.has(gap.region) ? 'closed' : why;
  };
  const groups = groupBy(open, (gap) => {
    const cause = causeOf(gap);
    const what = isPlace(gap, kinds) ? 'place' : gap.kind;
    return `${what} ${cause ?? gap.code} ${cause === 'permission' && gap.region === GLOBAL}`;
  });
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const regions = [...new Set(rows.map(({ region }) => region))];
    const names = [...new Set(rows.map(({ kind }) => kind))];
    const places = new Set(rows.map(({ region, kind }) => `${region} ${kind}`)).size;
    // Several of one kind in one place, e.g. each user whose keys could not be listed.
    const more = rows.length > places ? ` (and ${rows.length - places} more like it)` : '';
    const error = `${short(first.error)}${more}`;
    const said = isPlace(first, kinds)
      ? `could not look at ${listed(names, NAMED)} in ${placesText(regions)}: ${error}`
      : `${first.kind}: ${error}`;
    return withRemedy(said, remedyOf(causeOf(first), report, regions));
  });
}

/**
 * Regions where nothing at all may be seen, while other regions answer: so an organization closes them, or a policy of the
 * account does. Only the text of an error tells whether it was a service control policy (IAM User Guide, "Troubleshoot
 * access denied error messages"): it decides where no other region is there to compare.
 */
function closedRegions(
  { regions }: Report,
  open: readonly ReportedGap[],
  kinds: readonly Descriptor[],
): ReadonlySet<string> {
  const denied = groupBy(
    open.filter(({ code, region }) => region !== GLOBAL && whyOf(code) === 'permission'),
    ({ region }) => region,
  );
  const all = Object.keys(regions).filter((region) => region !== GLOBAL);
  const answering = all.some((region) => !open.some((gap) => gap.region === region));
  const regional = kinds.filter(({ scope }) => scope === 'regional').map(({ name }) => name);
  const isWhole = (rows: readonly ReportedGap[]) =>
    regional.every((name) => rows.some(({ kind }) => kind === name));
  const saysSo = (rows: readonly ReportedGap[]) =>
    rows.some(({ error }) => /explicit deny in a service control policy/.test(error));
  return new Set(
    [...denied].flatMap(([region, rows]) => ((answering && isWhole(rows)) || saysSo(rows) ? [region] : [])),
  );
}

/** The kind, the first ids, the places: `lamp l-1, l-2, l-3 and 3 more (us-east-1)`. */
export function resources(
  kind: string,
  rows: readonly { readonly id: string; readonly region: string }[],
): string {
  const ids = [...new Set(rows.map(({ id }) => id))];
  const regions = [...new Set(rows.map(({ region }) => region))];
  return `${kind} ${listed(ids)} (${placesText(regions)})`;
}

/** @returns all names where they are few, else how many and which first. */
export const placesText = (regions: readonly string[]): string =>
  regions.length <= NAMED
    ? listed(regions, NAMED)
    : `${regions.length} regions (${listed(regions, NAMED - 2)})`;

const codeIn = (error: string) => /^\w+/.exec(error)?.[0] ?? '';
const short = (error: string) => plain(error, LONGEST_ERROR);
const withRemedy = (said: string, remedy: string | undefined) =>
  remedy === undefined ? [said] : [`${said.replace(/\.$/, '')}. To do: ${remedy}`];
