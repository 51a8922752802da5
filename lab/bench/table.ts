import { cpus, totalmem } from 'node:os';
import type { Measurement, Section } from './measurement.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
  readonly date: string;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

const describeMachine = ({ cores, processor, memoryGb, node, platform, date }: Machine): string =>
  `${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, ${platform}, ${date}`;

const verdict = ({ met }: Measurement): string => (met === undefined ? '' : met ? '✓' : '✗');
const COLUMNS = ['', 'target', 'measured', ''];
const cellsOf = (each: Measurement): string[] => [each.what, each.target, each.measured, verdict(each)];

/** For a terminal: one table for each section, and how it was measured below. */
export function asText(sections: readonly Section[], machine: Machine): string {
  const rows = sections.flatMap(({ measurements }) => measurements.map(cellsOf));
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const blocks = sections.map(({ title, method, measurements }) =>
    [
      title,
      ...measurements.map((each) => `  ${line(cellsOf(each))}`),
      ...method.map((text) => wrap(text)),
    ].join('\n'),
  );
  return [`Killswitch benchmarks · ${describeMachine(machine)}`, ...blocks].join('\n\n');
}

/** For docs/benchmarks.md. */
export function asMarkdown(sections: readonly Section[], machine: Machine, command: string): string {
  const blocks = sections.map(({ title, method, measurements }) =>
    [
      `## ${title}`,
      [
        '| | target | measured | |',
        '|---|---|---|---|',
        ...measurements.map((each) => `| ${cellsOf(each).join(' | ')} |`),
      ].join('\n'),
      ...method,
    ].join('\n\n'),
  );
  return `${[
    '# Benchmarks',
    `Written by \`${command}\`; do not edit. Measured on ${describeMachine(machine)}. Everything runs on one machine, against moto behind a recording proxy: nothing here has met AWS itself.`,
    ...blocks,
  ].join('\n\n')}\n`;
}

const WIDTH = 100;

function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.map((each, at) => `    ${at === 0 ? '' : '  '}${each}`).join('\n');
}
