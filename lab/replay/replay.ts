import type { Incident } from '../incidents/schema.ts';
import { DEFENCES } from './defences/index.ts';
import type { Course } from './playing/measures.ts';

/** An incident under every defence, in the order of `DEFENCES`. */
export interface Replay {
  readonly incident: Incident;
  readonly courses: readonly Course[];
}

/** Plays an incident under one defence after the other, each in an account of its own. */
export async function replay(incident: Incident, onCourse?: (course: Course) => void): Promise<Replay> {
  const courses: Course[] = [];
  for (const defence of DEFENCES) {
    const course = await defence.play(incident);
    onCourse?.(course);
    courses.push(course);
  }
  return { incident, courses };
}
