import { markdownTable } from '../../build/markdown-table.ts';
import { textTable } from '../measuring/text-table.ts';
import { amount, dollars, duration, wrap } from '../measuring/wording.ts';
import { ownCourses } from './calmness.ts';
import { DEFENCES } from './defences/index.ts';
import type { Course } from './playing/measures.ts';
import type { Replay } from './replay.ts';

const TEXT_WIDTH = 100;

/** How a defence is called for people. */
export const labelOf = (defence: string): string =>
  DEFENCES.find(({ name }) => name === defence)?.label ?? defence;

/** Columns with what they say of a course. */
const COLUMNS: readonly (readonly [string, (course: Course, replay: Replay) => string])[] = [
  ['defence', ({ measures }) => labelOf(measures.defence)],
  ['lost', ({ measures }, { incident }) => amount(measures.dollars, incident.currency)],
  ['first stop', ({ measures }, replay) => whenAttacked(replay, measures.minutesToFirstStop)],
  [
    'after it could be known',
    ({ measures }, replay) =>
      measures.minutesFromKnowable === null ? '–' : whenAttacked(replay, measures.minutesFromKnowable),
  ],
  ['last stop', ({ measures }, replay) => whenAttacked(replay, measures.minutesToLastStop)],
  ['credentials dead', ({ measures }, replay) => whenAttacked(replay, measures.minutesToCredentialsDead)],
  ['clean, and told so', ({ measures }, replay) => whenAttacked(replay, measures.minutesToClean)],
  ['false fires', ({ measures }) => String(measures.falseFires)],
  ['e-mails', ({ measures }) => String(measures.warnings)],
  ['of those, own warnings', ({ measures }) => String(measures.ownWarnings)],
];

const whenAttacked = ({ incident }: Replay, minutes: number | null) =>
  incident.intruder ? duration(minutes) : '–';

export const columnNames: readonly string[] = COLUMNS.map(([name]) => name);

export const rowsOf = (replay: Replay): string[][] =>
  replay.courses.map((course) => COLUMNS.map(([, cell]) => cell(course, replay)));

const MONTH_COLUMNS = ['month', 'spent', 'false fires', 'stopped at the limit', 'own warnings'] as const;
/** From so many calendar months on, a calm story is also told month by month. */
const MANY_MONTHS = 3;

/** The months of a long calm story under each defence of this project; the first row names the columns. */
export function monthTablesOf(replay: Replay): { readonly label: string; readonly rows: string[][] }[] {
  if (replay.incident.intruder) return [];
  return ownCourses(replay)
    .filter(({ measures }) => measures.months.length >= MANY_MONTHS)
    .map(({ measures }) => {
      const rows = measures.months.map(({ month, spentUsd, falseFires, firesAtLimit, ownWarnings }) => [
        month,
        dollars(spentUsd),
        ...[falseFires, firesAtLimit, ownWarnings].map(String),
      ]);
      return { label: `By month, ${labelOf(measures.defence)}`, rows: [[...MONTH_COLUMNS], ...rows] };
    });
}

/** What the figures do not say: each remark with the defences that it holds for. */
export function remarksOf({ courses }: Replay): { readonly remark: string; readonly defences: string[] }[] {
  const remarks = new Map<string, string[]>();
  for (const { measures, remarks: all } of courses)
    for (const remark of all) remarks.set(remark, [...(remarks.get(remark) ?? []), measures.defence]);
  return [...remarks].map(([remark, defences]) => ({ remark, defences }));
}

/** For a terminal. */
export function asText(replays: readonly Replay[]): string {
  return replays
    .map((replay) => {
      const lines = textTable([columnNames, ...rowsOf(replay)]).map((line) => `  ${line}`);
      const remarks = remarksOf(replay).flatMap(({ remark, defences }) =>
        wrap(`${labelOf(defences[0] ?? '')}: ${remark}`, TEXT_WIDTH).map(
          (line, at) => `  ${at === 0 ? '·' : ' '} ${line}`,
        ),
      );
      const months = monthTablesOf(replay).flatMap(({ label, rows }) => [
        '',
        `  ${label}`,
        ...textTable(rows).map((line) => `  ${line}`),
      ]);
      const { title, name } = replay.incident;
      return [`${title} (${name})`, ...lines, ...remarks, ...months].join('\n');
    })
    .join('\n\n');
}

const LEGEND =
  'Minutes count from the compromise. *Lost* is what the intruder spent, by the simulated account’s ledger; the owner’s own usage is not in it. *Credentials dead*: none of the intruder’s credentials works any more. *Clean*: no machine runs, no credential works, and the owner knows. *After it could be known*: from the first look of the tripwire at which the ledger left no more than its look-ahead, to the first stop. Budgets looks every eight hours and sees the bill of that moment: AWS’s own may be hours behind, for every defence alike.';

/** For docs/replay/table.md. */
export function asMarkdown(replays: readonly Replay[], command: string): string {
  const blocks = replays.map((replay) => {
    const { title, name } = replay.incident;
    return [
      `## ${title}`,
      `![${title}](${name}.svg)`,
      markdownTable(columnNames, rowsOf(replay)),
      ...monthTablesOf(replay).map(
        ({ label, rows: [names = [], ...rows] }) => `${label}:\n\n${markdownTable(names, rows)}`,
      ),
      bulletsOf(replay),
    ].join('\n\n');
  });
  const defences = DEFENCES.map(({ label, about }) => `- **${label}**: ${about}`).join('\n');
  return `${['# Replay', `Made by \`${command}\`. ${LEGEND}`, defences, ...blocks].join('\n\n')}\n`;
}

function bulletsOf(replay: Replay): string {
  const remarks = remarksOf(replay).map(
    ({ remark, defences }) => `- ${labelOf(defences[0] ?? '')}: ${remark}`,
  );
  const assumptions = replay.incident.assumptions.map((text) => `- Assumption: ${text}`);
  return [...remarks, ...assumptions].join('\n');
}
