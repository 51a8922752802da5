import { type Course, courseOf, courseText, watchMoments } from '../disturbing/course.ts';
import { type Disturbance, operationText, TROUBLES } from '../disturbing/disturbance.ts';
import type { FaultCase, Situation } from '../disturbing/fault-case.ts';
import { saidBy } from './judgement.ts';
import { playTick } from './play.ts';
import { TickSetup } from './setup.ts';
import { SITUATIONS } from './situations.ts';

export type TickCourses = Readonly<Record<Situation, Course>>;

export const SITUATION_NAMES = Object.keys(SITUATIONS) as Situation[];

/**
 * What an undisturbed tick does in each situation: what can go wrong with it at all.
 * @throws Error when it is not in order, or leaves something.
 */
export async function tickCourses(): Promise<TickCourses> {
  const courses: [Situation, Course][] = [];
  for (const name of SITUATION_NAMES) courses.push([name, await undisturbedTick(name)]);
  return Object.fromEntries(courses) as TickCourses;
}

async function undisturbedTick(name: Situation): Promise<Course> {
  const { notClean, undoLost } = await playTick(name, {});
  const problems = [...notClean, ...undoLost];
  const setup = await TickSetup.start(name);
  try {
    const { endpoint } = setup.deployment;
    const seen = { from: 0, moments: (): ReturnType<ReturnType<typeof watchMoments>> => [] };
    const { attempt } = await setup.tick(() => {
      seen.from = endpoint.calls.length;
      seen.moments = watchMoments(endpoint);
      return undefined;
    });
    const until = attempt.endedAt;
    const calls = endpoint.calls.slice(seen.from).filter(({ startedAt }) => startedAt <= until);
    problems.push(...saidBy(attempt));
    if (problems.length > 0)
      throw new Error(`an undisturbed tick (${name}) was not clean: ${problems.join('; ')}`);
    return courseOf(calls, seen.moments());
  } finally {
    await setup.stop();
  }
}

/**
 * Every operation of every situation goes wrong in every way. Troubles that pass are tried where an attack is found, and
 * elsewhere only with operations that are not used there.
 */
export function tickFaultCases(courses: TickCourses): FaultCase[] {
  const known = new Set(courses.fires.operations.map(operationText));
  return inEverySituation(courses, ({ operations }, tick) =>
    operations.flatMap((operation) => {
      const all = tick === 'fires' || !known.has(operationText(operation));
      return TROUBLES.filter(({ times }) => all || times === undefined).map(
        ({ name }): Disturbance => ({ operation, trouble: name }),
      );
    }),
  );
}

/** A kill for each state that it can leave behind; or a kill at each call. */
export const tickKillCases = (courses: TickCourses, which: 'distinct' | 'every' = 'distinct'): FaultCase[] =>
  inEverySituation(courses, (course) => course[which].map((killAt) => ({ killAt })));

const inEverySituation = (
  courses: TickCourses,
  of: (course: Course, tick: Situation) => readonly Disturbance[],
): FaultCase[] =>
  SITUATION_NAMES.flatMap((tick) =>
    of(courses[tick], tick).map((fire): FaultCase => ({ mode: 'stop', tick, fire })),
  );

/** One line for each situation: how much there is to disturb. */
export const tickMoments = (courses: TickCourses): string[] =>
  SITUATION_NAMES.map((name) => {
    const names = courses[name].operations.map(operationText).join(', ');
    return `tick ${name}: ${courseText(courses[name])} (${names})`;
  });
