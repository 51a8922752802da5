import '../../simulated-aws/host/loopback-guard.mjs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { bundleCli } from '../../build/bundle/cli-bundle.ts';
import { bundleFunction } from '../../build/bundle/function-bundle.ts';
import { calledAs, npmCommand, runCommand, say } from '../../build/command-line.ts';
import { inPackage } from '../../build/package.ts';
import { parseSettings } from '../../lambda/core/settings.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { thisMachine } from '../measuring/machine.ts';
import { MotoMissingError } from '../testbed/moto-installation.ts';
import { type Account, openAccount } from './account.ts';
import { measureCriticalPaths } from './critical-path.ts';
import { LIMIT_USD } from './function-run.ts';
import { measureLoadTime } from './load-time.ts';
import type { Section } from './measurement.ts';
import { measureMemory } from './memory.ts';
import { measureSideBySide } from './side-by-side.ts';
import { measureSynth } from './synth-time.ts';
import { asMarkdown, asText } from './table.ts';
import { measureThrottledKeys } from './throttled-keys.ts';

interface Options {
  readonly all?: true;
  readonly json?: true;
  readonly write?: true;
}

await runCommand(
  npmCommand('bench', {
    description:
      'Measures round trips, API calls, code size, memory and time of a containment, and compares them with the scripts that people write.\nAll but load time and synth runs on moto, which needs Python 3; without it that part is skipped.',
    example: ['--all --write', 'measures everything, and writes docs/benchmarks.md'],
    exitCodes: {
      0: 'every hard target is met',
      1: 'a hard target (round trips, calls, size, keys) is missed, or an error',
    },
  })
    .option('--all', 'also what takes minutes: 300 keys with IAM throttled to 5 requests a second')
    .option('--json', 'the figures as JSON on stdout')
    .option('--write', 'also write docs/benchmarks.md')
    .action(async ({ all, json, write }: Options, command: Command) => {
      const sections = await measure(all === true);
      const machine = thisMachine();
      if (json) console.log(JSON.stringify({ schemaVersion: 1, machine, sections }, null, 2));
      else console.log(`\n${asText(sections, machine)}\n`);
      if (write)
        await writeFile(inPackage('docs', 'benchmarks.md'), asMarkdown(sections, machine, calledAs(command)));
      const missed = sections
        .flatMap(({ measurements }) => measurements)
        .filter(({ met, hard }) => hard && met === false);
      for (const { what, target, measured } of missed) say(`missed: ${what}: ${measured}, target ${target}`);
      process.exitCode = missed.length > 0 ? 1 : 0;
    }),
);

async function measure(all: boolean): Promise<Section[]> {
  const folder = temporaryFolder('killswitch-bench-');
  let account: Account | undefined;
  try {
    say('bundling');
    const settings = { email: 'owner@example.com', monthlyBudgetUsd: LIMIT_USD, allow: { none: true } };
    const cli = await bundleCli(join(folder.path, 'cli'));
    const lambda = await bundleFunction(join(folder.path, 'function'), parseSettings(settings, 'bench'));
    const steps: Step[] = [
      ['load time', () => measureLoadTime(lambda)],
      ['cdk synth', measureSynth],
    ];
    const onMoto: [string, (open: Account) => Promise<Section | Section[]>][] = [
      ['round trips, calls, bytes loaded', (open) => measureCriticalPaths(open, { cli, lambda })],
      ['killing time beside scripts and the AWS CLI', (open) => measureSideBySide(open, cli)],
      ['memory', (open) => measureMemory(open, cli)],
    ];
    if (all) onMoto.push(['300 keys with IAM throttled', (open) => measureThrottledKeys(open, cli)]);
    const opened = await openAccount().catch((thrown: unknown) => {
      if (thrown instanceof MotoMissingError) return thrown;
      throw thrown;
    });
    if (!(opened instanceof MotoMissingError)) account = opened;
    const sections: Section[] = [];
    for (const [name, step] of onMoto) {
      say(opened instanceof MotoMissingError ? `${name}: skipped, ${opened.message}` : name);
      if (opened instanceof MotoMissingError) sections.push(skipped(name, opened.message));
      else sections.push(...[await step(opened)].flat());
    }
    for (const [name, step] of steps) {
      say(name);
      sections.push(...[await step()].flat());
    }
    return sections;
  } finally {
    await account?.stop();
    folder.remove();
  }
}

type Step = readonly [string, () => Promise<Section | Section[]>];

function skipped(name: string, why: string): Section {
  return {
    title: `${name}: skipped`,
    method: [
      `Not measured here, the peers included, since all of it runs on moto, which needs Python: ${why}`,
    ],
    measurements: [],
  };
}
