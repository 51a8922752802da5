import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundleCli } from '../../../build/bundle/cli-bundle.ts';
import { type Courses, coursesOf } from '../../../lab/faults/alarm/cases.ts';
import type { FaultCase, FaultCaseResult } from '../../../lab/faults/disturbing/fault-case.ts';
import { problemsOf } from '../../../lab/faults/summary.ts';
import { playAll } from '../../../lab/faults/workers.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';

/** Plays cases; their results are in the order of the cases, without those of cases that failed themselves. */
export async function played(
  casesOf: (courses: Courses) => readonly FaultCase[],
): Promise<{ readonly results: FaultCaseResult[]; readonly problems: string[] }> {
  const folder = temporaryFolder('killswitch-faults-');
  try {
    const { outdir, file } = await bundleCli(join(folder.path, 'cli'));
    const cli = join(outdir, file);
    const cases = casesOf(await coursesOf(cli));
    const all = await playAll(cases, cli, { workers: cpus().length });
    all.sort((a, b) => cases.indexOf(a.faultCase) - cases.indexOf(b.faultCase));
    return { results: all.flatMap(({ result }) => result ?? []), problems: all.flatMap(problemsOf) };
  } finally {
    folder.remove();
  }
}
