import '../../simulated-aws/host/loopback-guard.mjs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import { bundleCli } from '../../build/bundle/cli-bundle.ts';
import { npmCommand, runCommand, say, wholeNumber } from '../../build/command-line.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { type Courses, coursesOf, faultCases, killCases } from './alarm/cases.ts';
import { courseText } from './disturbing/course.ts';
import { type FaultCase, onlyWith } from './disturbing/fault-case.ts';
import { counts, faultTable, problemsOf, progressLine } from './summary.ts';
import { SITUATION_NAMES, tickCourses, tickFaultCases, tickKillCases, tickMoments } from './ticks/cases.ts';
import { type Played, playAll } from './workers.ts';

interface Options {
  readonly only?: 'crash' | 'faults';
  readonly operation?: string;
  readonly ticks?: true;
  readonly everyCall?: true;
  readonly from: number;
  readonly workers: number;
}

await runCommand(
  npmCommand('faults', {
    description:
      'Lets every AWS call of the deployed stack go wrong in every way, and kills its process at every call.\nEach case has a simulated account of its own. Nothing leaves this machine.',
    example: ['--operation StopInstances --only faults', 'lets StopInstances go wrong, in each of 14 ways'],
    exitCodes: { 0: 'each fault was handled or reported, and every undo is complete', 1: 'not so' },
  })
    .option(
      '--ticks',
      'disturb the scheduled looks of the tripwire, not the run of the budget alarm and its restore',
    )
    .addOption(
      new Option('--only <what>', 'only the kills (crash), or only the faults').choices(['crash', 'faults']),
    )
    .option('--operation <name>', 'only this API operation, e.g. StopInstances')
    .option(
      '--every-call',
      'kill before and after every call, not only once for each state that a kill leaves behind',
    )
    .option(
      '--from <n>',
      'begin with the nth case of the list, e.g. after an interruption',
      wholeNumber(1),
      1,
    )
    .option('--workers <n>', 'processes at once', wholeNumber(1), Math.ceil(1.5 * cpus().length))
    .action(async (options: Options) => {
      process.exitCode = (await play(options)) ? 0 : 1;
    }),
);

/** @returns whether no problem was found. */
async function play(options: Options): Promise<boolean> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const folder = temporaryFolder('killswitch-faults-');
  try {
    const { outdir, file } = await bundleCli(join(folder.path, 'cli'));
    const cli = join(outdir, file);
    const cases = chosen(options.ticks ? await tickCases(options) : await alarmCases(cli, options), options);
    const played = await playAll(cases, cli, {
      workers: options.workers,
      onPlayed: (one) => say(progressLine(one)),
    });
    const problems = played.flatMap(problemsOf);
    if (options.only !== 'crash') sayTables(played, options);
    console.log(['', ...problems, '', counts(played, seconds())].join('\n'));
    return problems.length === 0 && played.length > 0;
  } finally {
    folder.remove();
  }
}

async function alarmCases(cli: string, { only, everyCall }: Options): Promise<FaultCase[]> {
  const courses = await coursesOf(cli);
  sayMoments(courses);
  return [
    ...(only === 'crash' ? [] : faultCases(courses)),
    ...(only === 'faults' ? [] : killCases(courses, everyCall ? 'every' : 'distinct')),
  ];
}

async function tickCases({ only, everyCall }: Options): Promise<FaultCase[]> {
  const courses = await tickCourses();
  for (const line of tickMoments(courses)) console.log(line);
  return [
    ...(only === 'crash' ? [] : tickFaultCases(courses)),
    ...(only === 'faults' ? [] : tickKillCases(courses, everyCall ? 'every' : 'distinct')),
  ];
}

/** The list is the same each time, so that it can be played in parts. */
function chosen(cases: readonly FaultCase[], { operation, from }: Options): readonly FaultCase[] {
  const all = operation === undefined ? cases : onlyWith(cases, operation);
  if (all.length === 0) say(`no run that is disturbed here calls ${operation}`);
  if (from > 1) say(`${all.length} cases; this run begins with case ${from}`);
  return all.slice(from - 1);
}

function sayTables(played: readonly Played[], { ticks }: Options): void {
  if (!ticks) for (const who of ['fire', 'restore'] as const) sayTable(who, faultTable(played, who));
  else
    for (const name of SITUATION_NAMES) {
      const here = played.filter(({ faultCase }) => faultCase.tick === name);
      sayTable(`tick ${name}`, faultTable(here, 'fire'));
    }
}

function sayTable(title: string, table: string | undefined): void {
  if (table !== undefined) console.log(`\n${title}\n${table}`);
}

function sayMoments(courses: Courses): void {
  for (const [mode, both] of Object.entries(courses))
    for (const [what, course] of Object.entries(both)) console.log(`${mode} ${what}: ${courseText(course)}`);
}
