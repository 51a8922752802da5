import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { leftovers } from './account/snapshot.ts';
import type { Mode } from './alarm/account.ts';
import { Ground } from './alarm/setup.ts';
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
  const ground = await Ground.start(mode, cli);
  try {
    const { endpoint, account } = ground.stage;
    const fireMoments = watchMoments(endpoint);
    const firing = await ground.alarm();
    const fire = courseOf(ground.calls, fireMoments());
    const left = leftovers(account, mode);
    if (!firing.report?.clean || left.length > 0)
      throw new Error(`an undisturbed run was not clean: ${left.join('; ')} ${JSON.stringify(firing)}`);
    await ground.wait(2 * MINUTE_MS);
    const { incidents } = await ground.journal();
    const from = ground.calls.length;
    const restoreMoments = watchMoments(endpoint);
    const { exitCode, stderr } = await ground.restore(incidents[0] ?? '');
    const restore = courseOf(ground.calls.slice(from), restoreMoments());
    await ground.wait(3 * MINUTE_MS);
    const lost = await ground.lost();
    if (exitCode !== 0 || lost.length > 0)
      throw new Error(`an undisturbed restore ended with ${exitCode}: ${lost.join('; ')} ${stderr}`);
    return { fire, restore };
  } finally {
    await ground.stop();
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
