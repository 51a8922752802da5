import { markdownTable } from '../../build/markdown-table.ts';
import type { Machine } from '../measuring/machine.ts';
import { textTable } from '../measuring/text-table.ts';
import { wrap } from '../measuring/wording.ts';
import type { Measurement, Section } from './measurement.ts';

const describeMachine = ({ cores, processor, memoryGb, node, platform, date }: Machine): string =>
  `${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, ${platform}, ${date}`;

const verdict = ({ met }: Measurement): string => (met === undefined ? '' : met ? '✓' : '✗');
const HEAD = ['', 'target', 'measured', ''];
const cellsOf = (each: Measurement): string[] => [each.what, each.target, each.measured, verdict(each)];

/** For a terminal: one table for each section, and how it was measured below. */
export function asText(sections: readonly Section[], machine: Machine): string {
  const lines = textTable(sections.flatMap(({ measurements }) => measurements.map(cellsOf))).values();
  const blocks = sections.map(({ title, method, measurements }) =>
    [
      title,
      ...measurements.map(() => `  ${lines.next().value}`),
      ...method.map((text) => indented(text)),
    ].join('\n'),
  );
  return [`Killswitch benchmarks · ${describeMachine(machine)}`, ...blocks].join('\n\n');
}

/** For docs/benchmarks.md. */
export function asMarkdown(sections: readonly Section[], machine: Machine, command: string): string {
  const blocks = sections.map(({ title, method, measurements }) =>
    [`## ${title}`, markdownTable(HEAD, measurements.map(cellsOf)), ...method].join('\n\n'),
  );
  return `${[
    '# Benchmarks',
    `Written by \`${command}\`; do not edit. Measured on ${describeMachine(machine)}. Everything runs on one machine, against moto behind a recording proxy: nothing here has met AWS itself.`,
    ...blocks,
  ].join('\n\n')}\n`;
}

const WIDTH = 100;
/** A paragraph, its first line four steps to the right and the others six. */
const indented = (text: string): string =>
  wrap(text, WIDTH)
    .map((line, at) => `    ${at === 0 ? '' : '  '}${line}`)
    .join('\n');
