import type { FaultCase } from '../alarm/play.ts';
import { watchMoments } from '../disturbing/course.ts';
import { type Disturbance, operationText, TROUBLES } from '../disturbing/disturbance.ts';
import { type Course, courseOf } from '../undisturbed.ts';
import { saidBy } from './judgement.ts';
import { playTick } from './play.ts';
import { TickSetup } from './setup.ts';
import { SCENES, type Situation } from './situations.ts';

export type TickCourses = Readonly<Record<Situation, Course>>;

export const SITUATIONS = Object.keys(SCENES) as Situation[];

/**
 * What a tick does in each scene when nothing goes wrong: what can go wrong with it at all.
 * @throws Error when it is not in order, or leaves something.
 */
export async function tickCourses(): Promise<TickCourses> {
  const courses: [Situation, Course][] = [];
  for (const name of SITUATIONS) courses.push([name, await undisturbedTick(name)]);
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
 * Every operation of every scene goes wrong in every way; what passes by itself is tried where an attack is seen, and
 * elsewhere only with what no tick asks there.
 */
export function tickFaultCases(courses: TickCourses): FaultCase[] {
  const known = new Set(courses.fires.operations.map(operationText));
  return everyScene(courses, ({ operations }, scene) =>
    operations.flatMap((operation) => {
      const all = scene === 'fires' || !known.has(operationText(operation));
      return TROUBLES.filter(({ times }) => all || times === undefined).map(
        ({ name }): Disturbance => ({ operation, trouble: name }),
      );
    }),
  );
}

/** A death for each state that one can leave behind; or at each call. */
export const tickKillCases = (courses: TickCourses, which: 'distinct' | 'every' = 'distinct'): FaultCase[] =>
  everyScene(courses, (course) => course[which].map((killAt) => ({ killAt })));

const everyScene = (
  courses: TickCourses,
  of: (course: Course, scene: Situation) => readonly Disturbance[],
): FaultCase[] =>
  SITUATIONS.flatMap((scene) =>
    of(courses[scene], scene).map((fire): FaultCase => ({ mode: 'stop', scene, fire })),
  );

/** One line for each scene: how much there is to disturb. */
export const tickMoments = (courses: TickCourses): string[] =>
  SITUATIONS.map((name) => {
    const { calls, operations, every, distinct } = courses[name];
    const names = operations.map(operationText).join(', ');
    return `tick ${name}: ${calls} calls of ${operations.length} operations (${names}); ${every.length} moments to die at, which leave ${distinct.length} different states`;
  });
