import { amount, dollars, duration, wrap } from '../measuring/wording.ts';
import type { Picture, Row } from './drawing/picture.ts';
import type { Course, Point } from './playing/measures.ts';
import type { Replay } from './replay.ts';
import { labelOf, remarksOf } from './table.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTES_A_DAY = 1_440;
const NOTE_WIDTH = 148;

/** What is drawn of a replay: what the intruder spent, or in a calm month what the owner spent. */
export function pictureOf(played: Replay): Picture {
  const { incident } = played;
  const titles = incident.titleJa === undefined ? {} : { titleJa: incident.titleJa };
  const frame = { name: incident.name, title: incident.title, ...titles, notes: notesOf(played) };
  return incident.intruder
    ? { ...frame, ...attack(played, incident.startsAt + incident.intruder.atHour * HOUR_MS) }
    : { ...frame, ...calm(played) };
}

function attack({ incident, courses }: Replay, compromisedAt: number) {
  const storyDays = incident.lastsDays - (compromisedAt - incident.startsAt) / DAY_MS;
  const ends = courses
    .map(({ measures }) => lastMinute(measures))
    .map((end) => (end ?? Number.POSITIVE_INFINITY) / MINUTES_A_DAY);
  const until = Math.min(storyDays, Math.max(...ends) * 1.04);
  const row = (course: Course): Row => ({
    ...labelsOf(course),
    amount: amount(course.measures.dollars, incident.currency),
    outcome: outcomeOf(course),
    points: pointsOf(course, compromisedAt, until, ({ lostUsd }) => lostUsd),
    ...billedOf(course, compromisedAt),
    marks: marksOf(course, compromisedAt, until),
  });
  return {
    subtitle: `Dollars lost to the intruder. The owner’s limit is ${dollars(incident.budgetUsd)} a month.`,
    axis: 'days since the compromise',
    days: [0, until] as const,
    rows: courses.map(row),
  };
}

function calm({ incident, courses }: Replay) {
  const { startsAt, lastsDays, budgetUsd } = incident;
  const row = (course: Course): Row => {
    const { falseFires, warnings } = course.measures;
    const fires =
      falseFires === 0 ? 'no false fire' : `${falseFires} false fire${falseFires === 1 ? '' : 's'}`;
    const mails = warnings === 0 ? '' : `, ${warnings} e-mail${warnings === 1 ? '' : 's'}`;
    return {
      ...labelsOf(course),
      amount: `${dollars(course.points.at(-1)?.totalUsd ?? 0)} by the owner`,
      outcome: `${fires}${mails}`,
      points: pointsOf(course, startsAt, lastsDays, ({ totalUsd }) => totalUsd),
      marks: marksOf(course, startsAt, lastsDays),
    };
  };
  return {
    subtitle: 'Nobody breaks in: what the owner spends, and how each defence reacts.',
    axis: lastsDays > 31 ? 'days' : 'days of the month',
    days: [0, lastsDays] as const,
    limit: { usd: budgetUsd, label: `the owner’s limit, ${dollars(budgetUsd)} a month` },
    rows: courses.map(row),
  };
}

function labelsOf({ measures }: Course): { defence: string; label: string } {
  return { defence: measures.defence, label: labelOf(measures.defence) };
}

const lastMinute = ({ minutesToLastStop, minutesToCredentialsDead }: Course['measures']): number | null =>
  minutesToLastStop === null || minutesToCredentialsDead === null
    ? null
    : Math.max(minutesToLastStop, minutesToCredentialsDead);

function outcomeOf({ measures }: Course): string {
  const over = lastMinute(measures);
  return over === null ? 'not contained' : `contained after ${duration(over)}`;
}

function pointsOf({ points }: Course, zero: number, until: number, usd: (point: Point) => number) {
  return points
    .map((point) => ({ day: (point.at - zero) / DAY_MS, usd: usd(point) }))
    .filter(({ day }) => day >= 0 && day <= until);
}

function marksOf({ marks }: Course, zero: number, until: number) {
  return marks
    .map(({ kind, at }) => ({ kind, day: (at - zero) / DAY_MS }))
    .filter(({ day }) => day >= 0 && day <= until);
}

/** From the first dollar lost to the last. */
function billedOf({ measures, points }: Course, compromisedAt: number): Pick<Row, 'billed'> {
  const first = points.findLast(({ lostUsd }) => lostUsd === 0)?.at ?? compromisedAt;
  const { minutesToLastStop } = measures;
  if (measures.dollars === 0) return {};
  const end = minutesToLastStop === null ? null : minutesToLastStop / MINUTES_A_DAY;
  return { billed: [(first - compromisedAt) / DAY_MS, end] };
}

/** What the lines do not show; a remark that holds for several defences is said once. */
function notesOf(played: Replay): string[] {
  return remarksOf(played).flatMap(({ remark, defences }) =>
    wrap(`${labelOf(defences[0] ?? '')}: ${remark}`, NOTE_WIDTH).map(
      (line, at) => `${at === 0 ? '· ' : '\u2003'}${line}`,
    ),
  );
}
