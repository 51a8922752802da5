import '../../simulated-aws/host/loopback-guard.mjs';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { calledAs, npmCommand, runCommand, say, wholeNumber } from '../../build/command-line.ts';
import { inPackage } from '../../build/package.ts';
import { thisMachine } from '../measuring/machine.ts';
import { AIMS, isSound } from './aims.ts';
import { draw } from './drawing.ts';
import { playScaleCase, type ScaleCaseResult } from './scale-case.ts';
import { panelsOf } from './series.ts';
import { asMarkdown, asText, time } from './table.ts';
import { ALL, LARGEST, QUICK, titleOf, type Workload } from './workload.ts';

interface Options {
  readonly all?: true;
  readonly largest?: true;
  readonly only?: string;
  readonly atMost?: number;
  readonly json?: true;
  readonly write?: true;
}

await runCommand(
  npmCommand('scale', {
    description:
      'Contains large simulated accounts under the request limits that AWS documents, and compares time and calls with the least possible.\nWithout options it plays what fits into a minute.',
    example: ['--all --only users', 'of all accounts, plays those that hold IAM users'],
    exitCodes: {
      0: 'the hard aims are met (calls; nothing lost, nothing done twice)',
      1: 'one is not met, or an error',
    },
  })
    .option('--all', 'up to 100,000 machines, up to 3,000 protected ones, and 1,000 users')
    .option('--largest', 'also 20,000 and 100,000 protected machines, which takes hours')
    .option('--only <text>', 'of these, the accounts whose title contains the text')
    .option('--at-most <machines>', 'of these, the accounts with at most so many machines', wholeNumber(0))
    .option('--json', 'the figures as JSON on stdout, and nothing else there')
    .option('--write', 'also write docs/scale.md and docs/scale.svg')
    .action(async (options: Options, command: Command) => {
      process.exitCode = (await play(chosen(options, command), options, calledAs(command))) ? 0 : 1;
    }),
);

function chosen({ all, largest, only = '', atMost }: Options, command: Command): Workload[] {
  const workloads = [...(all ? ALL : QUICK), ...(largest ? LARGEST : [])].filter(
    (each) => titleOf(each).includes(only) && each.machines <= (atMost ?? Number.POSITIVE_INFINITY),
  );
  if (workloads.length === 0)
    command.error(
      'error: --only and --at-most leave no account to play: give another text, or more machines',
    );
  return workloads;
}

/** @returns whether the hard aims are met. */
async function play(
  workloads: readonly Workload[],
  { json, write }: Options,
  call: string,
): Promise<boolean> {
  const results: ScaleCaseResult[] = [];
  for (const workload of workloads) {
    const result = await playScaleCase(workload);
    results.push(result);
    say(
      `${titleOf(workload)}: ${isSound(result) ? 'sound' : 'NOT SOUND'}, in ${time(result.realSeconds * 1000)}`,
    );
    if (write) await writeDocuments(results, call);
  }
  console.log(json ? JSON.stringify(results, null, 1) : `\n${asText(results)}\n`);
  return results.every(isSound);
}

/** After each case, so that an interruption does not lose hours of work. */
async function writeDocuments(results: readonly ScaleCaseResult[], command: string): Promise<void> {
  const { cores, processor, node } = thisMachine();
  const machine = `${cores} cores, ${processor}, Node ${node}`;
  await writeFile(inPackage('docs', 'scale.md'), asMarkdown(results, command, machine));
  const notes = [
    'Virtual time, EC2’s documented token buckets. Dotted: the least that the buckets and the distances allow.',
  ];
  const panels = panelsOf(results, AIMS.memoryMb);
  if (panels.every(({ series }) => series.length > 0))
    await writeFile(inPackage('docs', 'scale.svg'), draw(panels, notes));
}
