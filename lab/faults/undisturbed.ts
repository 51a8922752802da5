import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { leftovers } from './account/snapshot.ts';
import type { Mode } from './alarm/account.ts';
import { AlarmSetup } from './alarm/setup.ts';
import { distinctMoments, type Watched, watchMoments } from './disturbing/course.ts';
import { type Moment, type Operation, operationText } from './disturbing/disturbance.ts';

/** What one process does when nothing goes wrong. */
export interface Course {
  readonly calls: number;
  readonly operations: readonly Operation[];
  /** All its moments, and of those one for each outcome. */
  readonly every: readonly Moment[];
  readonly distinct: readonly Moment[];
}

const MINUTE_MS = 60_000;

/**
 * A run and a restore with nothing in their way: what can go wrong with them at all.
 * @throws Error when they leave something or do not bring everything back.
 */
export async function undisturbed(
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

/** What a process did, as far as it can be disturbed. */
export function courseOf(calls: readonly RecordedCall[], moments: readonly Watched[]): Course {
  const operations = new Map(
    calls.map(({ service, operation }) => [operationText({ service, operation }), { service, operation }]),
  );
  return {
    calls: calls.length,
    operations: [...operations.values()],
    every: moments.map(({ leaves: _, ...moment }) => moment),
    distinct: distinctMoments(moments),
  };
}
