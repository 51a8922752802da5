import {
  type Disturbance,
  isKill,
  type Moment,
  type Operation,
  operationText,
  TROUBLES,
  troubleOf,
} from '../disturbing/disturbance.ts';
import { type Course, undisturbed } from '../undisturbed.ts';
import type { Mode } from './account.ts';
import type { FaultCase } from './play.ts';

/** What runs and restores do in each mode when nothing goes wrong. */
export type Courses = Readonly<Record<Mode, { readonly fire: Course; readonly restore: Course }>>;

export const MODES: readonly Mode[] = ['stop', 'terminate'];

export async function coursesOf(cli: string): Promise<Courses> {
  const [stop, terminate] = [await undisturbed('stop', cli), await undisturbed('terminate', cli)];
  return { stop, terminate };
}

/**
 * Every operation with every trouble: of the run, and of a restore in the same world after it, when all is well again.
 * In mode terminate only what mode stop does not use.
 */
export function faultCases({ stop, terminate }: Courses): FaultCase[] {
  const beyond = (one: Course, other: Course) => {
    const known = new Set(other.operations.map(operationText));
    return one.operations.filter((operation) => !known.has(operationText(operation)));
  };
  return [
    ...paired('stop', troubled(stop.fire.operations), troubled(stop.restore.operations)),
    ...paired(
      'terminate',
      troubled(beyond(terminate.fire, stop.fire)),
      troubled(beyond(terminate.restore, stop.restore)),
    ),
  ];
}

/** Those that never end first: they take longest. */
const troubled = (operations: readonly Operation[]): Disturbance[] =>
  TROUBLES.toReversed().flatMap(({ name }) => operations.map((operation) => ({ operation, trouble: name })));

/** A death for each state that one can leave behind, in both modes; or at each call, which tells nothing more. */
export function killCases(courses: Courses, which: 'distinct' | 'every' = 'distinct'): FaultCase[] {
  const deaths = (moments: readonly Moment[]) => moments.map((killAt) => ({ killAt }));
  return MODES.flatMap((mode) => {
    const { fire, restore } = courses[mode];
    return paired(mode, deaths(fire[which]), deaths(restore[which]));
  });
}

/**
 * One world for a disturbance of each kind, as long as there are any. A restore is disturbed only after a run that is
 * not disturbed for good: else there might be less to restore, and what goes wrong with that would never come to pass.
 */
function paired(mode: Mode, fire: readonly Disturbance[], restore: readonly Disturbance[]): FaultCase[] {
  const passing = fire.filter((each) => isKill(each) || troubleOf(each.trouble).times !== undefined);
  const lasting = fire.filter((each) => !passing.includes(each)).map((each) => ({ mode, fire: each }));
  const both = Array.from({ length: Math.max(passing.length, restore.length) }, (_, at) => ({
    mode,
    ...(passing[at] ? { fire: passing[at] } : {}),
    ...(restore[at] ? { restore: restore[at] } : {}),
  }));
  return [...lasting, ...both];
}

/** Those in which an operation of that name is disturbed, and nothing else is. */
export const onlyWith = (cases: readonly FaultCase[], name: string): FaultCase[] =>
  cases.flatMap(({ fire, restore, ...what }) => {
    const [one, other] = [isAbout(fire, name), isAbout(restore, name)];
    if (!one && !other) return [];
    return [{ ...what, ...(fire && one ? { fire } : {}), ...(restore && other ? { restore } : {}) }];
  });

const isAbout = (disturbance: Disturbance | undefined, name: string): boolean =>
  disturbance !== undefined &&
  ('killAt' in disturbance ? disturbance.killAt : disturbance.operation).operation === name;

/** So many, spread evenly over all. */
export const spread = (cases: readonly FaultCase[], count: number): FaultCase[] =>
  cases.filter(
    (_, at) => Math.floor((at * count) / cases.length) !== Math.floor(((at - 1) * count) / cases.length),
  );
