import type { Descriptor } from '../../lambda/core/policy/descriptor.ts';
import { figuresOf, placesOf } from '../../lambda/core/report/figures.ts';
import { headline, leftOut } from '../../lambda/core/report/headline.ts';
import { nextSteps, spendLines } from '../../lambda/core/report/mail.ts';
import { leftAlone, notDone, notSpared } from '../../lambda/core/report/not-done.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { plain } from '../terminal/lines.ts';
import { clipped, WIDTH, wrapped } from './columns.ts';
import type { AllKnown } from './known.ts';
import { japaneseText, sumLine, sumsOf } from './sums.ts';
import { changesTable } from './tables.ts';

/** Lines of a terminal of the usual size, without the one for the question or the next command. */
const HEIGHT = 23;
/** A list of changes gets so many lines at least, however much else there is to say. */
const LEAST_LINES = 6;
/** More rows of a list than that are counted only. */
const MOST_ROWS = 12;

/**
 * What a person sees of a plan or of a fire: a table, grouped so that the plan of a usual attack fits on one screen, the
 * causes of what is left, and the sum at the end. Pure.
 * @param now in ms since 1970
 */
export function reportScreen(
  report: Report,
  kinds: readonly Descriptor[],
  { of: known, problems }: AllKnown,
  now: number,
): string {
  const figures = figuresOf(report, kinds);
  const sums = sumsOf(report, kinds, known);
  const top = [
    ...headline(report, figures)
      .split('\n')
      .flatMap((line) => wrapped(line)),
    ...wrapped(japaneseText(report, figures, sums)),
    ...(report.trigger.source === 'cli' ? [] : section('WHY', report.verdict.reasons)),
  ];
  const rest = [
    ...section('NOT STOPPED', notDone(report, kinds)),
    ...section('NOT SPARED, THOUGH THE OWNER IS', notSpared(report)),
    ...section('LEFT ALONE', leftAlone(report)),
    ...section('WHAT TO DO NEXT', [...nextSteps(report), ...problems]),
    ...section('WHERE THE MONEY GOES (this month, from Cost Explorer)', spendLines(report)),
    ...notExamined(report),
    ...details(report),
    ...wrapped(sumLine(report, sums)),
  ];
  const title = report.acted ? 'STOPPED' : 'WOULD BE STOPPED';
  const most = Math.max(LEAST_LINES, HEIGHT - top.length - rest.length - headings(report) - 1);
  const changes = changesTable(report, kinds, known, most, now);
  const lines = [...top, ...(changes.length > 0 ? [title, ...changes] : []), ...rest];
  return `${lines.join('\n')}\n`;
}

const headings = ({ actions }: Report) => new Set(actions.map(({ kind, verb }) => `${kind} ${verb}`)).size;

/** A title and its rows, which may hold what an intruder has written; empty without rows. */
function section(title: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > MOST_ROWS ? [`  … and ${rows.length - MOST_ROWS} more: --json shows all`] : [];
  const shown = rows.slice(0, MOST_ROWS).flatMap((row) => wrapped(`  - ${plain(row)}`, undefined, '    '));
  return [title, ...shown, ...more];
}

/** After a fire in full; a plan has one line, and says what its headline does not: which places it left out. */
function notExamined(report: Report): string[] {
  if (report.acted) return section('NOT EXAMINED', report.notExamined);
  const places = leftOut(placesOf(report));
  return [
    ...(places ? wrapped(`NOT LOOKED AT: ${plain(places)}`) : []),
    clipped(`NOT EXAMINED (docs/kinds.md): ${plain(report.notExamined.join('; '))}`, WIDTH),
  ];
}

/** Where the report of a run that changed something lies. */
const details = ({ acted, undo, incident, run, journal, timings, examined }: Report): string[] =>
  acted
    ? [
        ...(undo === undefined ? [] : [`incident  ${incident}`]),
        `run       ${run}, ${timings.startedAt}, ${timings.seconds} s`,
        ...(journal ? [`report    ${plain(journal)}`] : []),
        ...wrapped(`clean     means: ${plain(examined.join(', '))}`),
      ]
    : [];
