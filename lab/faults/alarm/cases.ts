import type { Mode } from '../account/planted.ts';
import { leftovers } from '../account/snapshot.ts';
import { type Course, courseOf, watchMoments } from '../disturbing/course.ts';
import {
  type Disturbance,
  isKill,
  type Moment,
  type Operation,
  operationText,
  TROUBLES,
  troubleOf,
} from '../disturbing/disturbance.ts';
import type { FaultCase } from '../disturbing/fault-case.ts';
import { AlarmSetup } from './setup.ts';

/** What runs and restores do in each mode when nothing goes wrong. */
export type Courses = Readonly<Record<Mode, { readonly fire: Course; readonly restore: Course }>>;

const MODES: readonly Mode[] = ['stop', 'terminate'];
const MINUTE_MS = 60_000;

export async function coursesOf(cli: string): Promise<Courses> {
  const [stop, terminate] = [await undisturbed('stop', cli), await undisturbed('terminate', cli)];
  return { stop, terminate };
}

/**
 * What an undisturbed run and restore do: what can go wrong with them at all.
 * @throws Error when they leave something or do not bring everything back.
 */
async function undisturbed(
  mode: Mode,
  cli: string,
): Promise<{ readonly fire: Course; readonly restore: Course }> {
  const setup = await AlarmSetup.start(mode, cli);
  try {
    const { endpoint, account } = setup.deployment;
    const fireMoments = watchMoments(endpoint);
    const firing = await setup.alarm();
    const fire = courseOf(setup.calls, fireMoments());
    const left = leftovers(account, mode);
    if (!firing.report?.clean || left.length > 0)
      throw new Error(`an undisturbed run was not clean: ${left.join('; ')} ${JSON.stringify(firing)}`);
    await setup.wait(2 * MINUTE_MS);
    const { incidents } = await setup.journal();
    const from = setup.calls.length;
    const restoreMoments = watchMoments(endpoint);
    const { exitCode, stderr } = await setup.restore(incidents[0] ?? '');
    const restore = courseOf(setup.calls.slice(from), restoreMoments());
    await setup.wait(3 * MINUTE_MS);
    const lost = await setup.lost();
    if (exitCode !== 0 || lost.length > 0)
      throw new Error(`an undisturbed restore ended with ${exitCode}: ${lost.join('; ')} ${stderr}`);
    return { fire, restore };
  } finally {
    await setup.stop();
  }
}

/**
 * Every operation with every trouble: of the run, and of a restore in the same account after it, when nothing is wrong
 * any more. In mode terminate only operations that mode stop does not use.
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

/** What goes wrong each time comes first: it takes longest. */
const troubled = (operations: readonly Operation[]): Disturbance[] =>
  TROUBLES.toReversed().flatMap(({ name }) => operations.map((operation) => ({ operation, trouble: name })));

/** A kill for each state that it can leave behind, in both modes; or a kill at each call, which tells nothing more. */
export function killCases(courses: Courses, which: 'distinct' | 'every' = 'distinct'): FaultCase[] {
  const kills = (moments: readonly Moment[]) => moments.map((killAt) => ({ killAt }));
  return MODES.flatMap((mode) => {
    const { fire, restore } = courses[mode];
    return paired(mode, kills(fire[which]), kills(restore[which]));
  });
}

/**
 * One account for a disturbance of the run and one of the restore, while there are any. A restore is disturbed only
 * after a run that was disturbed once: what goes wrong each time may leave less to restore than the case needs.
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
