import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bundle } from '../../build/bundle/bundle.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type { Account } from './account.ts';
import { fireFromHere } from './command-line.ts';
import { type Measurement, noted, type Section } from './measurement.ts';
import { pagedInstances } from './paged-instances.ts';

const REGION = 'us-east-1';
const [FEW, MANY] = [1_000, 10_000];
const MB = 1_000_000;
const PRELOAD = fileURLToPath(new URL('peak-memory.mjs', import.meta.url));

/** Peaks of one containment, in bytes. */
interface Peak {
  readonly resident: number;
  readonly live: number;
  readonly report: number;
  readonly pages: number;
}

/** Peak memory of a containment of one region with few and with many pages of instances. */
export async function measureMemory(account: Account, cli: Bundle): Promise<Section> {
  const few = await peakOf(account, cli, FEW);
  const many = await peakOf(account, cli, MANY);
  const growth = many.live - few.live;
  const pages = many.pages - few.pages;
  const each = (bytes: number) => `${(bytes / (MANY - FEW) / 1000).toFixed(1)} KB an instance`;
  const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;
  const peak = (count: number, { resident, live }: Peak): Measurement =>
    noted(
      `${count.toLocaleString('en-US')} instances`,
      resident / MB,
      `${megabytes(resident)} resident, ${megabytes(live)} of it live`,
    );
  return {
    title: 'Memory',
    method: [
      `fire on one region that the proxy serves in pages of 1,000 instances, ${each(pages)} of XML. Resident: peak of the whole process as the kernel counts it (ru_maxrss), with the garbage that V8 has not yet collected. Live: peak of what V8's heap held after collections forced four times a second, in a run of its own.`,
      `What has to stay is what the journal, the passes and the report know of each instance (the report alone: ${each(many.report - few.report)} of JSON). Pages that were kept would hold several times their XML once parsed: growth below the XML's own size shows that they are let go.`,
    ],
    measurements: [
      peak(FEW, few),
      peak(MANY, many),
      {
        what: 'growth of live memory between the two',
        target: `< ${megabytes(pages)}, the pages`,
        measured: `${megabytes(growth)}, ${each(growth)}`,
        value: growth / MB,
        met: growth < pages,
        hard: false,
      },
    ],
  };
}

async function peakOf(account: Account, cli: Bundle, count: number): Promise<Peak> {
  const natural = await contain(account, cli, count, {});
  const collected = await contain(account, cli, count, { BENCH_LIVE_HEAP: '1' });
  return { ...natural, live: collected.live };
}

async function contain(
  account: Account,
  cli: Bundle,
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<Peak> {
  await account.plant({ instances: 0, users: 0, keysPerUser: 1 });
  const machines = pagedInstances(REGION, count);
  account.proxy.rules.clear();
  account.proxy.rules.add(...machines.rules);
  const scratch = temporaryFolder('killswitch-bench-memory-');
  const file = join(scratch.path, 'peak.json');
  try {
    const { stdout } = await fireFromHere(cli, account.proxy.url, {
      flags: ['--region', REGION],
      preload: [PRELOAD],
      env: { ...env, BENCH_PEAK_MEMORY: file },
    });
    if (machines.stopped.size !== count) throw new Error(`${machines.stopped.size} of ${count} were stopped`);
    const { resident, live } = JSON.parse(readFileSync(file, 'utf8')) as { resident: number; live: number };
    return { resident, live, report: stdout.length, pages: machines.served() };
  } finally {
    scratch.remove();
  }
}
