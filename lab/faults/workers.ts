import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { dieWithThisProcess, killGroup } from '../../simulated-aws/host/child-processes.ts';
import type { Trial, TrialResult } from './alarm/play.ts';

const LANE = fileURLToPath(new URL('worker.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** A trial, and what came of it; `failure` when the simulation itself failed. */
export interface Played {
  readonly trial: Trial;
  readonly result?: TrialResult;
  readonly failure?: string;
}

/** Plays trials in so many processes at once, each trial in an account of its own; tells of each when it is over. */
export async function playAll(
  trials: readonly Trial[],
  cli: string,
  { lanes, onPlayed }: { readonly lanes: number; readonly onPlayed?: (played: Played) => void },
): Promise<Played[]> {
  const queue = trials.values();
  const all: Played[] = [];
  const work = async () => {
    let lane: ChildProcess | undefined;
    for (const trial of queue) {
      if (lane?.connected !== true) lane = startLane(cli);
      const played = { trial, ...(await playIn(lane, trial)) };
      all.push(played);
      onPlayed?.(played);
    }
    killGroup(lane?.pid ?? 0);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, trials.length) }, work));
  return all;
}

function startLane(cli: string): ChildProcess {
  const lane = fork(LANE, [cli], {
    execArgv: ['--import', TSX],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  dieWithThisProcess(lane);
  return lane;
}

async function playIn(lane: ChildProcess, trial: Trial): Promise<Omit<Played, 'trial'>> {
  const over = new AbortController();
  const { signal } = over;
  lane.send(trial);
  try {
    return await Promise.race([
      once(lane, 'message', { signal }).then(([message]) => message as Omit<Played, 'trial'>),
      once(lane, 'exit', { signal }).then(([code, killed]) => ({
        failure: `the trial's process ended with ${killed ?? `exit code ${code}`}`,
      })),
    ]);
  } finally {
    over.abort();
  }
}
