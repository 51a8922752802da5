import '../../simulated-aws/host/loopback-guard.mjs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { inPackage } from '../../build/package.ts';
import { thisMachine } from '../measuring/machine.ts';
import { AIMS, isSound } from './aims.ts';
import { draw } from './drawing.ts';
import { playScaleCase, type ScaleCaseResult } from './scale-case.ts';
import { panelsOf } from './series.ts';
import { asMarkdown, asText, time } from './table.ts';
import { ALL, LARGEST, QUICK, titleOf, type Workload } from './workload.ts';

const USAGE = `usage: npm run scale -- [--all] [--largest] [--only TEXT] [--at-most MACHINES] [--json] [--write]
  --all      up to 100,000 machines, 3,000 protected ones, and 1,000 users; otherwise what fits into a minute
  --largest  also 20,000 and 100,000 protected machines, which takes hours
  --only     of these, the accounts whose title contains the text
  --at-most  of these, the accounts with at most so many machines
  --json     the figures as JSON on stdout, and nothing else there
  --write    also write docs/scale.md and docs/scale.svg
Exit codes: 0 the hard aims are met (calls; nothing lost, nothing done twice) · 1 one is not, or an error · 2 bad input`;

interface Request {
  readonly workloads: readonly Workload[];
  readonly json: boolean;
  readonly write: boolean;
  readonly command: string;
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = await main();

async function main(): Promise<number> {
  const request = readRequest();
  if (!request) return 2;
  const results: ScaleCaseResult[] = [];
  for (const workload of request.workloads) {
    const result = await playScaleCase(workload);
    results.push(result);
    say(
      `${titleOf(workload)}: ${isSound(result) ? 'sound' : 'NOT SOUND'}, in ${time(result.realSeconds * 1000)}`,
    );
    if (request.write) await write(results, request.command);
  }
  console.log(request.json ? JSON.stringify(results, null, 1) : `\n${asText(results)}\n`);
  return results.every(isSound) ? 0 : 1;
}

/** @returns undefined after it has said what is wrong. */
function readRequest(): Request | undefined {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: {
        ...{ all: flag, largest: flag, json: flag, write: flag },
        only: { type: 'string', default: '' },
        'at-most': { type: 'string', default: 'Infinity' },
      },
    });
    const most = Number(values['at-most']);
    if (Number.isNaN(most)) throw new TypeError(`--at-most: ${values['at-most']} is no number`);
    const workloads = [...(values.all ? ALL : QUICK), ...(values.largest ? LARGEST : [])].filter(
      (each) => titleOf(each).includes(values.only) && each.machines <= most,
    );
    if (workloads.length === 0) throw new TypeError('no account is left to try');
    const { json, write: toWrite } = values;
    const command = ['npm run scale --', ...process.argv.slice(2)].join(' ');
    return { workloads, json, write: toWrite, command };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    return undefined;
  }
}

/** After each trial, so that hours of work outlive an interruption. */
async function write(results: readonly ScaleCaseResult[], command: string): Promise<void> {
  const { cores, processor, node } = thisMachine();
  const machine = `${cores} cores, ${processor}, Node ${node}`;
  await writeFile(inPackage('docs', 'scale.md'), asMarkdown(results, command, machine));
  const notes = [
    'Virtual time, EC2’s documented token buckets. Dotted: what the buckets and the distances leave to nobody.',
  ];
  const panels = panelsOf(results, AIMS.memoryMb);
  if (panels.every(({ series }) => series.length > 0))
    await writeFile(inPackage('docs', 'scale.svg'), draw(panels, notes));
}

/** Progress goes to stderr, so that --json leaves stdout to the figures. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
