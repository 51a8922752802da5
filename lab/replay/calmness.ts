import type { Incident } from '../incidents/schema.ts';
import { DEFENCES } from './defences/index.ts';
import type { Course } from './playing/measures.ts';
import type { Replay } from './replay.ts';

/**
 * A second mail in a month, without a change, is one that the owner learns to ignore. A stop at the limit is a change: once
 * it is put back, the month has another limit, which may be warned of, too.
 */
export const WARNINGS_A_MONTH = 1;

const isOwn = ({ measures }: Course): boolean =>
  DEFENCES.find(({ name }) => name === measures.defence)?.isOwn ?? false;

/** The courses of this project's own defences. */
export const ownCourses = ({ courses }: Pick<Replay, 'courses'>): Course[] => courses.filter(isOwn);

/**
 * What a defence did in a story in which nobody breaks in, and should not have done: a sentence for each month and fault.
 * Empty when it was calm, and for any other story.
 */
export function unrestOf({ intruder }: Pick<Incident, 'intruder'>, { measures, remarks }: Course): string[] {
  if (intruder) return [];
  const faults = measures.months.flatMap(({ month, falseFires, firesAtLimit, ownWarnings }) => [
    ...(falseFires > 0
      ? [`${month}: it stopped the owner’s machines or keys wrongly, ${times(falseFires)}`]
      : []),
    ...(ownWarnings > WARNINGS_A_MONTH + firesAtLimit ? [`${month}: it warned ${times(ownWarnings)}`] : []),
  ]);
  return [...faults, ...remarks];
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
