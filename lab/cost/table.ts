import { markdownTable } from '../../build/markdown-table.ts';
import { textTable } from '../measuring/text-table.ts';
import type { Bill, Line } from './bill.ts';
import { AIM_USD, type Findings } from './findings.ts';
import { PRICES, type Price, priceOf } from './prices.ts';

const MINUTES_A_TICK = 5;

type Row = readonly string[];
interface Block {
  readonly title: string;
  readonly notes: readonly string[];
  readonly head: Row;
  readonly rows: readonly Row[];
}

/** `$0.02`, `$0.0036`, `$0`: two digits that count, cents at least. */
export function money(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.00005) return '< $0.0001';
  return `$${usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

const amount = (quantity: number): string =>
  quantity >= 100 || Number.isInteger(quantity)
    ? Math.round(quantity).toLocaleString('en-US')
    : quantity.toPrecision(2);

const freeOf = ({ free }: Price): string => (free > 0 ? amount(free) : '–');
const rateOf = ({ usd }: Price): string =>
  usd >= 0.005 ? `$${usd}` : `$${Number((usd * 1e6).toPrecision(6))} a million`;

function rowOf({ id, quantity, usd, usdBeyondFree }: Line): Row {
  const price = priceOf(id);
  return [price.what, `${amount(quantity)} ${price.unit}`, freeOf(price), money(usdBeyondFree), money(usd)];
}

const HEAD: Row = ['', 'used', 'free for ever', 'with it', 'without'];
const total = (title: string, { usd, usdBeyondFree }: Bill): Row => [
  title,
  '',
  '',
  money(usdBeyondFree),
  money(usd),
];
const used = ({ lines }: Bill): Row[] => lines.filter(({ quantity }) => quantity > 0).map(rowOf);

/** As docs/idle-cost.md has it: one line for each question before a deployment. */
export function summary({ idle, slow, elsewhere, incident }: Findings): Block {
  const extra = (line: Line): Row => [
    `on top, with ${priceOf(line.id).what}`,
    money(line.usd),
    money(line.usd),
  ];
  const mark = idle.usdBeyondFree <= AIM_USD ? '✓' : '✗';
  return {
    title: 'In short',
    notes: [`Aim: ≤ $${AIM_USD.toFixed(2)} a month with the always-free tier ${mark}`],
    head: ['US dollars', 'with the always-free tier', 'without'],
    rows: [
      ['a calm month', money(idle.usdBeyondFree), money(idle.usd)],
      [
        `the same, if each look takes ${(slow.billedMs / 1000).toFixed(1)} s`,
        money(slow.usdBeyondFree),
        money(slow.usd),
      ],
      ...elsewhere.lines.map(extra),
      ['an incident held open for 24 hours', money(incident.usdBeyondFree), money(incident.usd)],
    ],
  };
}

function blocks(findings: Findings): Block[] {
  const { idle, incident, perLook, incidentCalls, elsewhere, days, hours } = findings;
  const scaled = days === 30 ? '30 days were played.' : `${amount(days)} of 30 days were played, and scaled.`;
  return [
    summary(findings),
    {
      title: 'A calm month, line by line',
      notes: [
        `${scaled} One t3.small, a tick every ${MINUTES_A_TICK} minutes, nobody at work. What is stored counts as if it had been stored for as long as it is kept.`,
      ],
      head: HEAD,
      rows: [...used(idle), total('total', idle)],
    },
    {
      title: 'What one look takes',
      notes: [
        'The duration consists of the simulated latencies and a cold start of 0.4 s, without computing.',
      ],
      head: ['', ''],
      rows: [
        ['API calls of a quiet look, and of the daily one', `${perLook.calls}; ${perLook.mostCalls}`],
        ['of these, CloudTrail may record', perLook.managementEvents.toFixed(1)],
        ['billed', `${perLook.billedMs} ms`],
        ['log', `${perLook.logBytes} bytes`],
        ['writes to S3', `${perLook.s3WritesAnHour.toFixed(1)} an hour`],
      ],
    },
    {
      title: 'Where trails or GuardDuty record the calls',
      notes: [
        'These are not costs of the stack, but of what an account may have. A trail that records changes only (`ReadWriteType: WriteOnly`) records none of these calls, and is all that the tamper alarms need. Not counted: what Lambda itself does for a run (it assumes the role, and opens a log stream with each new environment), and the storage of log files.',
      ],
      head: HEAD,
      rows: used(elsewhere),
    },
    {
      title: 'An incident held open for 24 hours',
      notes: [
        `${hours === 24 ? '24 hours were played' : `${amount(hours)} of 24 hours were played, and all but the first scaled`}: 20 machines are stopped, and a look a minute follows until somebody restores. ${amount(incidentCalls.all)} API calls. CloudTrail may record ${amount(incidentCalls.events)} of them, ${amount(incidentCalls.writes)} of which are changes.`,
      ],
      head: HEAD,
      rows: [...used(incident), total('total', incident)],
    },
    {
      title: 'Prices',
      notes: ['us-east-1. Never checked against a live bill.'],
      head: ['', 'of', 'price', 'free a month, for ever', 'source'],
      rows: Object.values(PRICES).map((price) => [
        ...[price.what, price.unit, rateOf(price), freeOf(price), price.source],
      ]),
    },
  ];
}

/** For docs/idle-cost.md. */
export function asMarkdown(findings: Findings, command: string): string {
  const parts = blocks(findings).map((block) =>
    [`## ${block.title}`, ...block.notes, markdownTable(block.head, block.rows)].join('\n\n'),
  );
  return `${['# Idle cost', `Made by \`${command}\`; do not edit.`, ...parts].join('\n\n')}\n`;
}

/** For a terminal, without the prices. */
export function asText(findings: Findings): string {
  const shown = blocks(findings).filter(({ title }) => title !== 'Prices');
  return shown
    .map(({ title, notes, head, rows }) =>
      [title, ...textTable([head, ...rows]).map((line) => `  ${line}`), ...notes].join('\n'),
    )
    .join('\n\n');
}
