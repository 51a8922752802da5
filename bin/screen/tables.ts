import { groupBy } from '../../lambda/core/group-by.ts';
import { keyOf } from '../../lambda/core/model.ts';
import { listed } from '../../lambda/core/plain-text.ts';
import type { Descriptor } from '../../lambda/core/policy/descriptor.ts';
import { counts } from '../../lambda/core/report/mail.ts';
import type { Report, ReportedAction } from '../../lambda/core/report/report-document.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import { plain } from '../terminal/lines.ts';
import { clipped, WIDTH, widthOf } from './columns.ts';
import { groupedCells, linesOf, type Row, usdPerHourOf } from './grouped.ts';
import type { Known } from './known.ts';

/** The largest part of the table that one kind may take while others wait for lines. */
const SHARE = 0.6;
/** Ids without anything else about them stand in one line. */
const NAMED = 6;

type Placed = Pick<ReportedAction, 'kind' | 'region' | 'id'>;

/** A row of the report with what is known of it. */
export const rowOf = ({ kind, region, id }: Placed, known: ReadonlyMap<string, Known>): Row => ({
  region,
  id,
  ...known.get(keyOf({ kind, scope: region, id })),
});

/**
 * What would be done or was done: for each kind and change a headline in the kind's own words, then its resources, the
 * dearest kind first.
 * @param most lines of resources in all, beside the headlines; each change has one at least
 */
export function changesTable(
  { actions }: Pick<Report, 'actions'>,
  kinds: readonly Descriptor[],
  known: ReadonlyMap<string, Known>,
  most: number,
  now: number,
): string[] {
  const made = actions.filter(({ status }) => status !== 'failed');
  const groups = [...groupBy(made, ({ kind, verb }) => `${kind} ${verb}`).values()]
    .map((changes) => ({ changes, rows: changes.map((change) => rowOf(change, known)) }))
    .sort((a, b) => usdPerHourOf(b.rows) - usdPerHourOf(a.rows));
  let left = most;
  return groups.flatMap(({ changes, rows }, at) => {
    const others = groups.length - at - 1;
    const lines = resourceLines(rows, Math.max(1, Math.min(left - others, shareOf(left, others))), now);
    left -= lines.length;
    return [`  ${heading(changes, rows, kinds)}`, ...lines];
  });
}

const shareOf = (left: number, others: number) => (others > 0 ? Math.ceil(left * SHARE) : left);

function heading(
  changes: readonly ReportedAction[],
  rows: readonly Row[],
  kinds: readonly Descriptor[],
): string {
  const [said = ''] = counts(changes, kinds);
  const cost = usdPerHourOf(rows);
  return cost > 0 ? `${said}: ${usd(cost)} an hour` : said;
}

function resourceLines(rows: readonly Row[], most: number, now: number): string[] {
  const isBare = rows.every(({ name, type, since }) => (name ?? type ?? since) === undefined);
  if (!isBare || rows.length === 1) return linesOf(groupedCells(rows, most, now));
  return [bareLine(rows.map(({ id }) => plain(id)))];
}

/** Ids of which nothing else is known, as many as fit into a line. */
function bareLine(ids: readonly string[]): string {
  const lines = Array.from({ length: NAMED }, (_, at) => `    ${listed(ids, NAMED - at)}`);
  return lines.find((line) => widthOf(line) <= WIDTH) ?? clipped(lines.at(-1) ?? '', WIDTH);
}
