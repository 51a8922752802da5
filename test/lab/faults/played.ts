import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundleCli } from '../../../build/bundle/cli-bundle.ts';
import { type Courses, coursesOf } from '../../../lab/faults/alarm/cases.ts';
import type { Trial, TrialResult } from '../../../lab/faults/alarm/play.ts';
import { problemsOf } from '../../../lab/faults/summary.ts';
import { playAll } from '../../../lab/faults/workers.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';

/** Plays trials; their results are in the order of the trials, without those of trials that failed themselves. */
export async function played(
  trialsOf: (courses: Courses) => readonly Trial[],
): Promise<{ readonly results: TrialResult[]; readonly problems: string[] }> {
  const folder = temporaryFolder('killswitch-faults-');
  try {
    const { outdir, file } = await bundleCli(join(folder.path, 'cli'));
    const cli = join(outdir, file);
    const trials = trialsOf(await coursesOf(cli));
    const all = await playAll(trials, cli, { lanes: cpus().length });
    all.sort((a, b) => trials.indexOf(a.trial) - trials.indexOf(b.trial));
    return { results: all.flatMap(({ result }) => result ?? []), problems: all.flatMap(problemsOf) };
  } finally {
    folder.remove();
  }
}
