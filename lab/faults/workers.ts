import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { dieWithThisProcess, killGroup } from '../../simulated-aws/host/child-processes.ts';
import type { FaultCase, FaultCaseResult } from './disturbing/fault-case.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** A case, and what came of it; `failure` when the simulation itself failed. */
export interface Played {
  readonly faultCase: FaultCase;
  readonly result?: FaultCaseResult;
  readonly failure?: string;
}

/** Plays cases in so many processes at once, each in an account of its own. `onPlayed` hears of each case at its end. */
export async function playAll(
  cases: readonly FaultCase[],
  cli: string,
  { workers, onPlayed }: { readonly workers: number; readonly onPlayed?: (played: Played) => void },
): Promise<Played[]> {
  const queue = cases.values();
  const all: Played[] = [];
  const work = async () => {
    let worker: ChildProcess | undefined;
    for (const faultCase of queue) {
      if (worker?.connected !== true) worker = startWorker(cli);
      const played = { faultCase, ...(await playIn(worker, faultCase)) };
      all.push(played);
      onPlayed?.(played);
    }
    killGroup(worker?.pid ?? 0);
  };
  await Promise.all(Array.from({ length: Math.min(workers, cases.length) }, work));
  return all;
}

function startWorker(cli: string): ChildProcess {
  const worker = fork(WORKER, [cli], {
    execArgv: ['--import', TSX],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  dieWithThisProcess(worker);
  return worker;
}

async function playIn(worker: ChildProcess, faultCase: FaultCase): Promise<Omit<Played, 'faultCase'>> {
  const over = new AbortController();
  const { signal } = over;
  worker.send(faultCase);
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([message]) => message as Omit<Played, 'faultCase'>),
      once(worker, 'exit', { signal }).then(([code, killed]) => ({
        failure: `the worker ended with ${killed ?? `exit code ${code}`}`,
      })),
    ]);
  } finally {
    over.abort();
  }
}
