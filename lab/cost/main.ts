import '../../simulated-aws/host/loopback-guard.mjs';
import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { calledAs, npmCommand, runCommand, say } from '../../build/command-line.ts';
import { inPackage } from '../../build/package.ts';
import { AIM_USD, find } from './findings.ts';
import { asMarkdown, asText } from './table.ts';

interface Options {
  readonly days: number;
  readonly hours: number;
  readonly json?: true;
  readonly write?: true;
}

const AIM = `$${AIM_USD.toFixed(2)}`;

await runCommand(
  npmCommand('idle-cost', {
    description:
      'Plays a calm month and an open incident on a simulated account, and prices what the stack uses.\nThe prices are those of lab/cost/prices.ts. Nothing leaves this machine.',
    example: ['--days 1 --hours 2', 'plays one day and two hours, and scales them'],
    exitCodes: { 0: `at most ${AIM} a month with the always-free tier`, 1: 'more, or an error' },
  })
    .option('--days <n>', 'calm days to play; they are scaled to a month of 30', numberBetween(0, 30), 30)
    .option(
      '--hours <n>',
      'hours of an open incident to play; all but the first are scaled to a day',
      numberBetween(1, 24),
      24,
    )
    .option('--json', 'the figures as JSON on stdout, and nothing else there')
    .option('--write', 'also write docs/idle-cost.md')
    .action(async ({ days, hours, json, write }: Options, command: Command) => {
      const findings = await find(days, hours, (step) => say(`plays ${step}`));
      console.log(json ? JSON.stringify(findings, null, 1) : `\n${asText(findings)}\n`);
      if (write) await writeFile(inPackage('docs', 'idle-cost.md'), asMarkdown(findings, calledAs(command)));
      process.exitCode = findings.idle.usdBeyondFree <= AIM_USD ? 0 : 1;
    }),
);

function numberBetween(above: number, atMost: number) {
  return (text: string): number => {
    const value = Number(text);
    if (value > above && value <= atMost) return value;
    throw new InvalidArgumentError(`It must be a number over ${above}, and at most ${atMost}.`);
  };
}
