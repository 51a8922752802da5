import { groupBy } from '../../lambda/core/group-by.ts';
import { GLOBAL } from '../../lambda/core/model.ts';
import { listed } from '../../lambda/core/plain-text.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import { plain } from '../terminal/lines.ts';
import { clipped, padded, WIDTH, widthOf } from './columns.ts';
import type { Known } from './known.ts';

/** A resource in a table. */
export interface Row extends Known {
  readonly region: string;
  readonly id: string;
}

/** Place, id or count, name, type, age, dollars an hour. */
type Cells = readonly [string, string, string, string, string, string];
const NAME = 2;
const RIGHT = new Set([4, 5]);
const LEAST_NAME = 8;
const ID = 1;
/** An Auto Scaling group's name, of up to 255 characters, is its id, and an intruder chooses it. `--json` has it whole. */
const MOST_ID = 40;
const INDENT = '    ';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Rows of one kind, each resource for itself where `most` lines allow it; else what is alike in a region together, then
 * what is alike anywhere, then the dearest such and one line for the rest. Every resource is counted in one line.
 * @param now in ms since 1970
 */
export function groupedCells(rows: readonly Row[], most: number, now: number): Cells[] {
  const keys = [
    ({ region, id }: Row) => `${region} ${id}`,
    ({ region, type = '' }: Row) => `${region} ${type}`,
    ({ type = '' }: Row) => type,
  ];
  let groups: Row[][] = [];
  for (const key of keys) {
    groups = [...groupBy(rows, key).values()].sort(dearestFirst);
    if (groups.length <= most) return expanded(groups, most).map((group) => cellsOf(group, now));
  }
  const own = groups.slice(0, Math.max(0, most - 1));
  return [...own, groups.slice(own.length).flat()].map((group) => cellsOf(group, now));
}

/** The smallest groups as resources for themselves, as far as there are lines: often these are the owner's. */
function expanded(groups: readonly Row[][], most: number): Row[][] {
  let spare = most - groups.length;
  const apart = new Set<Row[]>();
  for (const group of [...groups].sort((a, b) => a.length - b.length)) {
    if (group.length - 1 > spare) break;
    spare -= group.length - 1;
    apart.add(group);
  }
  return groups.flatMap((group) => (apart.has(group) ? group.map((row) => [row]) : [group]));
}

/** Cells as lines of a table that fits: names are cut off, and ids that are longer than AWS makes them. */
export function linesOf(cells: readonly Cells[]): string[] {
  const widths = [0, 1, 2, 3, 4, 5].map((at) => Math.max(0, ...cells.map((row) => widthOf(row[at] ?? ''))));
  widths[ID] = Math.min(widths[ID] ?? 0, MOST_ID);
  const used = widths.filter((width) => width > 0);
  const total = INDENT.length + used.reduce((sum, width) => sum + width, 0) + 2 * (used.length - 1);
  const name = widths[NAME] ?? 0;
  if (total > WIDTH) widths[NAME] = Math.min(name, Math.max(LEAST_NAME, name - (total - WIDTH)));
  return cells.map((row) =>
    (
      INDENT +
      row
        .map((cell, at) =>
          padded(clipped(cell, widths[at] ?? 0), widths[at] ?? 0, RIGHT.has(at) ? 'right' : 'left'),
        )
        .filter((_, at) => (widths[at] ?? 0) > 0)
        .join('  ')
    ).trimEnd(),
  );
}

function cellsOf(group: readonly Row[], now: number): Cells {
  const [first] = group;
  if (!first) return ['', '', '', '', '', ''];
  const regions = new Set(group.map(({ region }) => region));
  const place = regions.size > 1 ? `${regions.size} regions` : first.region === GLOBAL ? '' : first.region;
  const types = [...new Set(group.flatMap(({ type }) => type ?? []))];
  const names = [...new Set(group.flatMap(({ name }) => name ?? []))];
  const cells: Cells = [
    place,
    group.length === 1 ? first.id : `× ${group.length}`,
    listed(names, 2),
    types.length > 1 ? `${types.length} types` : (types[0] ?? ''),
    ages(group, now),
    price(group),
  ];
  return cells.map(plain) as unknown as Cells;
}

function ages(group: readonly Row[], now: number): string {
  const since = group.flatMap((row) => row.since ?? []);
  if (since.length === 0) return '';
  const [youngest, oldest] = [Math.max(...since), Math.min(...since)].map((at) => ageText(now - at));
  return youngest === oldest ? `${oldest}` : `${youngest} to ${oldest}`;
}

/** @param ms how long ago @returns e.g. `12 min`, `5 h`, `30 d`, `3 y` */
export function ageText(ms: number): string {
  if (ms < HOUR_MS) return `${Math.max(0, Math.floor(ms / MINUTE_MS))} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return ms < 1000 * DAY_MS ? `${Math.floor(ms / DAY_MS)} d` : `${Math.floor(ms / (365 * DAY_MS))} y`;
}

/** Dollars an hour of all that has a price. */
export const usdPerHourOf = (rows: readonly Row[]): number =>
  rows.reduce((sum, { usdPerHour = 0 }) => sum + usdPerHour, 0);

function price(group: readonly Row[]): string {
  if (!group.some(({ usdPerHour }) => usdPerHour !== undefined)) return '';
  return `${group.some(({ isEstimate }) => isEstimate) ? '~' : ''}${usd(usdPerHourOf(group))}/h`;
}

const dearestFirst = (a: readonly Row[], b: readonly Row[]) =>
  usdPerHourOf(b) - usdPerHourOf(a) || b.length - a.length;
