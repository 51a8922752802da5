import '../../simulated-aws/host/loopback-guard.mjs';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../../build/bundle/bundle.ts';
import { npmCommand, runCommand, say, wholeNumber } from '../../build/command-line.ts';
import { chunks } from '../../lambda/shell/batches.ts';
import { spawnGroup } from '../../simulated-aws/host/child-processes.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type { SeedCaseResult } from './seed-case.ts';

interface Options {
  readonly count: number;
  readonly from: number;
  readonly seed?: number;
  readonly json?: true;
}

const seedNumber = wholeNumber(0, 0x7fffffff);
/** A process that crashes takes no other seeds along than these. */
const SEEDS_EACH = 25;

await runCommand(
  npmCommand('seeds', {
    description:
      'Plays random accounts with a random intruder and random faults, and checks what must always hold.\nThe same seed gives the same account, the same calls and the same answers. Nothing leaves this machine.',
    example: ['--seed 7', 'plays seed 7 again, exactly as before'],
    exitCodes: {
      0: 'all of it held',
      1: 'some did not: the seed, and the command that plays it again, are named',
    },
  })
    .option('--count <n>', 'how many seeds', wholeNumber(1), 1000)
    .option('--from <seed>', 'the first of them', seedNumber, 1)
    .option('--seed <seed>', 'only this one', seedNumber)
    .option('--json', 'each result as a line of JSON on stdout')
    .action(async (options: Options) => {
      process.exitCode = (await playAll(options)) ? 0 : 1;
    }),
);

/** @returns whether everything held for every seed. */
async function playAll({ count, from, seed, json }: Options): Promise<boolean> {
  const seeds = seed === undefined ? Array.from({ length: count }, (_, at) => from + at) : [seed];
  const folder = temporaryFolder('killswitch-seeds-');
  const startedAt = performance.now();
  try {
    const entry = 'lab/seeds/runner.ts';
    const { outdir, file } = await bundle({
      entry,
      outdir: join(folder.path, 'run'),
      name: 'seeds',
      shake: false,
    });
    const lots = chunks(seeds, Math.min(SEEDS_EACH, Math.ceil(seeds.length / cpus().length))).values();
    const results: SeedCaseResult[] = [];
    const worker = async () => {
      for (const lot of lots)
        for await (const result of play(join(outdir, file), lot)) {
          results.push(result);
          if (json) console.log(JSON.stringify(result));
          if (result.problems.length > 0) tell(result);
        }
    };
    await Promise.all(cpus().map(worker));
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    const sum = (of: (result: SeedCaseResult) => number) => results.reduce((all, each) => all + of(each), 0);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(
      `${results.length} seeds, ${sum(({ runs }) => runs)} runs, ${sum(({ calls }) => calls)} calls: ${failed} failed, in ${seconds} s`,
    );
    return failed === 0 && results.length === seeds.length;
  } finally {
    folder.remove();
  }
}

async function* play(file: string, seeds: readonly number[]): AsyncGenerator<SeedCaseResult> {
  const child = spawnGroup([process.execPath, file, ...seeds.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
  if (!child.stdout) throw new Error('the runner has no pipe');
  const closed = once(child, 'close');
  let answered = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    answered += 1;
    yield JSON.parse(line) as SeedCaseResult;
  }
  await closed;
  const [seed] = seeds.slice(answered);
  if (seed === undefined) return;
  const problems = [`the process ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`];
  yield { seed, runs: 0, calls: 0, transcript: '', problems };
  yield* play(file, seeds.slice(answered + 1));
}

function tell({ seed, problems }: SeedCaseResult): void {
  say(`seed ${seed}: play it again with  npm run seeds -- --seed ${seed}`);
  for (const problem of problems.slice(0, 10)) say(`  ${problem.slice(0, 300)}`);
  if (problems.length > 10) say(`  and ${problems.length - 10} more`);
}
