import { markdownTable } from '../../build/markdown-table.ts';
import { textTable } from '../measuring/text-table.ts';
import { AIMS, judge, type Verdict } from './aims.ts';
import type { ScaleCaseResult, Timed } from './scale-case.ts';
import { titleOf } from './workload.ts';

const mark = ({ met }: Verdict) => (met ? '✓' : '✗');
const whole = (count: number) => count.toLocaleString('en-US');

/** `0.46 s`, `99.8 s`, `5 h 33 min`. */
export function time(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 1000) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const timed = (what: Timed | undefined) => (what ? `${time(what.ms)} (${time(what.leastMs)})` : '–');

/** Columns with what they say of a case. */
const COLUMNS: readonly (readonly [string, (result: ScaleCaseResult) => string])[] = [
  ['account', ({ workload }) => titleOf(workload)],
  ['last stop (bound)', ({ lastStop }) => timed(lastStop)],
  ['last key (bound)', ({ lastKey }) => timed(lastKey)],
  [`÷ bound, ≤ ${AIMS.time}`, (result) => shown(judge(result).time, 2)],
  ['surely clean', ({ cleanMs }) => time(cleanMs)],
  ['runs', ({ runs }) => String(runs)],
  ['calls', ({ calls }) => whole(calls)],
  [`÷ least, ≤ ${AIMS.calls}`, (result) => shown(judge(result).calls, 3)],
  ['÷ least in bulk', ({ calls, leastBulkCalls }) => (calls / leastBulkCalls).toFixed(2)],
  ['throttled', ({ throttled }) => whole(throttled)],
  [`MB, ≤ ${AIMS.memoryMb}`, (result) => shown(judge(result).memory, 0)],
  ['lost', ({ lost }) => whole(lost.length)],
  ['twice', ({ twice }) => whole(twice.length)],
  ['real time', ({ realSeconds }) => `${Math.round(realSeconds)} s`],
];

const shown = (verdict: Verdict, digits: number) => `${verdict.figure.toFixed(digits)} ${mark(verdict)}`;

export const columnNames: readonly string[] = COLUMNS.map(([name]) => name);
export const rowOf = (result: ScaleCaseResult): string[] => COLUMNS.map(([, cell]) => cell(result));

/** For a terminal. */
export function asText(results: readonly ScaleCaseResult[]): string {
  const lines = textTable([columnNames, ...results.map(rowOf)]);
  return [...lines, ...results.flatMap(problemsOf)].join('\n');
}

/** What is behind the counts of a case that should be zero. */
export function problemsOf(result: ScaleCaseResult): string[] {
  const { workload, lost, twice, failures } = result;
  const some = (what: string, all: readonly string[]) =>
    all.length === 0
      ? []
      : [`${titleOf(workload)}: ${what}: ${all.slice(0, 5).join(', ')}${all.length > 5 ? ', …' : ''}`];
  return [...some('lost', lost), ...some('done twice', twice), ...some('a run failed', failures)];
}

const LEGEND = `Each row is a simulated account of its own. The bundle of the real stack contains it, in a process of its own on virtual time, under EC2's documented token buckets and assumed ones for the other services (simulated-aws/core/api-limits.ts). Times count from the function's first call.

- **bound**: the least time that the buckets and the distances allow: one round trip for each necessary step, and the longest wait for one bucket (lab/scale/bound.ts).
- **surely clean**: the last run has looked twice and found nothing.
- **runs**: a run ends with Lambda's 15 minutes, and a call every 5 minutes continues it. That call comes from the simulation: the stack has no such schedule yet.
- **least**: in batches in which little waits for the rest (25 stops, 10 lifts, one user), nothing throttled; **least in bulk**: 1,000 in each call that takes as many (lab/scale/least-calls.ts). 100,000 protected machines take 300,000 calls: they are played with \`--largest\`.
- **MB**: the peak resident memory of the function's process.
- **lost**: still running or Active in the end, or changed before its undo record was durable. **twice**: stopped, unprotected, disabled or denied by more than one accepted call.`;

/** For docs/scale.md. */
export function asMarkdown(results: readonly ScaleCaseResult[], command: string, machine: string): string {
  const seconds = results.reduce((sum, { realSeconds }) => sum + realSeconds, 0);
  const blocks = [
    '# Scale',
    `Made by \`${command}\` in ${time(seconds * 1000)} of real time (${machine}); do not edit. Only memory and real time depend on the machine.`,
    '![How time, calls and memory grow with the account](scale.svg)',
    LEGEND,
    markdownTable(columnNames, results.map(rowOf)),
    ...results.flatMap(problemsOf),
  ];
  return `${blocks.join('\n\n')}\n`;
}
