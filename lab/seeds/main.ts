import '../../simulated-aws/host/loopback-guard.mjs';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bundle } from '../../build/bundle/bundle.ts';
import { chunks } from '../../lambda/shell/batches.ts';
import { spawnGroup } from '../../simulated-aws/host/child-processes.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type { SeedCaseResult } from './seed-case.ts';

const USAGE = `usage: npm run seeds -- [--count N] [--from SEED] [--seed SEED] [--json]
  --count  how many seeds, from --from on (1000, from 1)
  --seed   only this one
  --json   every result as a line of JSON on stdout
Exit codes: 0 every invariant held · 1 one did not: the seed and the command that replays it are named · 2 bad input`;
/** A process that dies takes no other seeds along than these. */
const SEEDS_EACH = 25;

process.exitCode = await main();

async function main(): Promise<number> {
  const wanted = seedsWanted();
  if (!wanted) return 2;
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
    const lots = chunks(
      wanted.seeds,
      Math.min(SEEDS_EACH, Math.ceil(wanted.seeds.length / cpus().length)),
    ).values();
    const results: SeedCaseResult[] = [];
    const lane = async () => {
      for (const lot of lots)
        for await (const result of play(join(outdir, file), lot)) {
          results.push(result);
          if (wanted.json) console.log(JSON.stringify(result));
          if (result.problems.length > 0) tell(result);
        }
    };
    await Promise.all(cpus().map(lane));
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    const sum = (of: (result: SeedCaseResult) => number) =>
      results.reduce((total, each) => total + of(each), 0);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.error(
      `${results.length} seeds, ${sum(({ runs }) => runs)} runs, ${sum(({ calls }) => calls)} calls: ${failed} failed, in ${seconds} s`,
    );
    return failed === 0 && results.length === wanted.seeds.length ? 0 : 1;
  } finally {
    folder.remove();
  }
}

/** @returns undefined, and says why, when the arguments make no sense. */
function seedsWanted(): { readonly seeds: readonly number[]; readonly json: boolean } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        count: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const { seed, json } = values;
    if (seed !== undefined) return { json, seeds: [whole('--seed', seed)] };
    const [from, count] = [whole('--from', values.from), whole('--count', values.count)];
    return { json, seeds: Array.from({ length: count }, (_, at) => from + at) };
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${USAGE}`);
    return undefined;
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value > 0x7fffffff)
    throw new Error(`${name}: ${text} is not a whole number from 0 to 2147483647`);
  return value;
}

async function* play(file: string, seeds: readonly number[]): AsyncGenerator<SeedCaseResult> {
  const child = spawnGroup([process.execPath, file, ...seeds.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
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
  console.error(`seed ${seed}: replay it with  npm run seeds -- --seed ${seed}`);
  for (const problem of problems.slice(0, 10)) console.error(`  ${problem.slice(0, 300)}`);
  if (problems.length > 10) console.error(`  and ${problems.length - 10} more`);
}
