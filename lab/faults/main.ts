import '../../simulated-aws/host/loopback-guard.mjs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleCli } from '../../build/bundle/cli-bundle.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { type Courses, coursesOf, faultCases, killCases, onlyWith } from './alarm/cases.ts';
import type { FaultCase } from './alarm/play.ts';
import { counts, faultTable, problemsOf, progressLine } from './summary.ts';
import { SITUATIONS, tickCourses, tickFaultCases, tickKillCases, tickMoments } from './ticks/cases.ts';
import { type Played, playAll } from './workers.ts';

const USAGE = `usage: npm run faults [-- --ticks] [--only crash|faults] [--operation NAME] [--every-call] [--workers N]
  --ticks       the looks of the tripwire, instead of the alarm's run and the restore
  --only        only the deaths, or only the faults
  --operation   only this operation, e.g. StopInstances
  --every-call  a death before and after every call, also where it leaves nothing behind that another did not
  --workers       processes at once (one and a half for each processor)
Exit codes: 0 nothing was silent, no undo was lost, every next run was clean · 1 otherwise · 2 bad input`;

interface Wanted {
  readonly only?: string;
  readonly operation?: string;
  readonly ticks: boolean;
  readonly everyCall: boolean;
  readonly workers: number;
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = await main();

async function main(): Promise<number> {
  const wanted = wantedOf();
  if (!wanted) return 2;
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const folder = temporaryFolder('killswitch-faults-');
  try {
    const { outdir, file } = await bundleCli(join(folder.path, 'cli'));
    const cli = join(outdir, file);
    const cases = chosen(wanted.ticks ? await tickCases(wanted) : await alarmCases(cli, wanted), wanted);
    const played = await playAll(cases, cli, {
      workers: wanted.workers,
      onPlayed: (one) => console.error(progressLine(one)),
    });
    const problems = played.flatMap(problemsOf);
    if (wanted.only !== 'crash') sayTables(played, wanted);
    console.log(['', ...problems, '', counts(played, seconds())].join('\n'));
    return problems.length === 0 && played.length > 0 ? 0 : 1;
  } finally {
    folder.remove();
  }
}

/** @returns undefined, and says why, when the arguments make no sense. */
function wantedOf(): Wanted | undefined {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        operation: { type: 'string' },
        ticks: { type: 'boolean', default: false },
        'every-call': { type: 'boolean', default: false },
        workers: { type: 'string', default: String(Math.ceil(1.5 * cpus().length)) },
      },
    });
    const { only, operation } = values;
    if (only !== undefined && !['crash', 'faults'].includes(only))
      throw new Error(`--only: ${only} is neither crash nor faults`);
    const workers = Number(values.workers);
    if (!Number.isInteger(workers) || workers < 1)
      throw new Error(`--workers: ${values.workers} is not a whole number`);
    return {
      ticks: values.ticks,
      everyCall: values['every-call'],
      workers,
      ...(only === undefined ? {} : { only }),
      ...(operation === undefined ? {} : { operation }),
    };
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${USAGE}`);
    return undefined;
  }
}

async function alarmCases(cli: string, { only, everyCall }: Wanted): Promise<FaultCase[]> {
  const courses = await coursesOf(cli);
  sayMoments(courses);
  return [
    ...(only === 'crash' ? [] : faultCases(courses)),
    ...(only === 'faults' ? [] : killCases(courses, everyCall ? 'every' : 'distinct')),
  ];
}

async function tickCases({ only, everyCall }: Wanted): Promise<FaultCase[]> {
  const courses = await tickCourses();
  for (const line of tickMoments(courses)) console.log(line);
  return [
    ...(only === 'crash' ? [] : tickFaultCases(courses)),
    ...(only === 'faults' ? [] : tickKillCases(courses, everyCall ? 'every' : 'distinct')),
  ];
}

function chosen(cases: readonly FaultCase[], { operation }: Wanted): readonly FaultCase[] {
  const all = operation === undefined ? cases : onlyWith(cases, operation);
  if (all.length === 0) console.error(`nothing that is disturbed uses ${operation}`);
  return all;
}

function sayTables(played: readonly Played[], { ticks }: Wanted): void {
  if (!ticks)
    for (const who of ['fire', 'restore'] as const) console.log(`\n${who}\n${faultTable(played, who)}`);
  else
    for (const name of SITUATIONS) {
      const ofScene = played.filter(({ trial }) => trial.scene === name);
      console.log(`\ntick ${name}\n${faultTable(ofScene, 'fire')}`);
    }
}

function sayMoments(courses: Courses): void {
  for (const [mode, course] of Object.entries(courses))
    for (const [what, { calls, operations, every, distinct }] of Object.entries(course))
      console.log(
        `${mode} ${what}: ${calls} calls of ${operations.length} operations; ${every.length} moments to die at, which leave ${distinct.length} different states`,
      );
}
