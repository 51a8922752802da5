import { groupBy } from '../group-by.ts';
import { changeOf, GLOBAL, type Outcome } from '../model.ts';
import type { Descriptor } from '../policy/descriptor.ts';
import { byName } from '../policy/undo.ts';
import { usd } from '../verdict/decide.ts';
import type { Trigger } from '../verdict/trigger.ts';
import { figuresOf } from './figures.ts';
import { headline, japanese, subject } from './headline.ts';
import { undoSteps } from './next-commands.ts';
import { leftAlone, notDone, notSpared } from './not-done.ts';
import type { Report, ReportedAction } from './report-document.ts';

export interface Mail {
  /** ASCII, under 100 characters: SNS refuses anything else (API_Publish). */
  readonly subject: string;
  readonly text: string;
}

/** The most rows of a list in a mail; the whole document is beside the journal. */
const SHOWN = 20;

/** A reader of a mail is in no folder yet. */
export const NEXT_STEPS = 'WHAT TO DO NEXT (commands: in the folder of your clone)';

/**
 * A message that a frightened person understands in ten seconds: what happened, what was stopped, what to do
 * next.
 * @param kinds give the words for their actions
 */
export function composeMail(report: Report, kinds: readonly Descriptor[]): Mail {
  const done = report.actions.filter((action) => action.status !== 'failed');
  const figures = figuresOf(report, kinds);
  const text = [
    headline(report, figures),
    japanese(report, figures),
    section('WHY', report.verdict.reasons),
    section(report.acted ? 'STOPPED' : 'WOULD BE STOPPED', counts(done, kinds)),
    section('NOT STOPPED', notDone(report, kinds)),
    section('NOT SPARED, THOUGH THE OWNER IS', notSpared(report)),
    section('LEFT ALONE', leftAlone(report)),
    section(NEXT_STEPS, nextSteps(report)),
    section('WHERE THE MONEY GOES (this month, from Cost Explorer)', spendLines(report)),
    section('NOT EXAMINED', report.notExamined),
    details(report),
  ];
  return {
    subject: subject(report, figures),
    text: `${text.filter((part) => part !== '').join('\n\n')}\n`,
  };
}

/** Sent when a run broke half way: what was done as far as known, and what to do now. */
export function composeFailureMail(
  account: string,
  trigger: Trigger,
  error: string,
  steps: readonly { readonly outcomes: readonly Outcome[] }[],
  kinds: readonly Descriptor[],
): Mail {
  const all = steps.flatMap(({ outcomes }) => outcomes).filter(({ status }) => status === 'done');
  const done = [...new Map(all.map((outcome) => [changeOf(outcome), outcome])).values()];
  const text = [
    `Killswitch BROKE HALF WAY in account ${account}. Do not rely on it: act now.`,
    '(日本語) 途中で失敗しました。すぐに手動で確認してください。',
    section('WHY', [error, `it was started by: ${trigger.source} ${trigger.id}`]),
    section(
      'STOPPED SO FAR',
      counts(
        done.map(({ scope, ...rest }) => ({ ...rest, region: scope, status: 'done' })),
        kinds,
      ),
    ),
    section(NEXT_STEPS, [
      'With the credentials of an administrator: ./killswitch fire',
      'Or sign in as root, open CloudShell, and do the same there: ' +
        'https://console.aws.amazon.com/cloudshell/home',
    ]),
  ];
  return {
    subject: `Killswitch ${account}: BROKE HALF WAY, act now`,
    text: `${text.filter((part) => part !== '').join('\n\n')}\n`,
  };
}

/** One line for each kind and verb: `12 instances stopped (disks are kept) in 3 regions`. */
export function counts(actions: readonly ReportedAction[], kinds: readonly Descriptor[]): string[] {
  const kindNamed = byName(kinds);
  const groups = groupBy(actions, ({ kind, verb }) => `${kind} ${verb}`);
  return [...groups].map(([key, rows]) => {
    const [first] = rows;
    const words = first && kindNamed(first.kind)?.verbs[first.verb]?.words;
    const planned = first?.status === 'planned' ? words?.planned : undefined;
    const [one, many] = planned ?? words?.done ?? [key, key];
    const regions = new Set(rows.map(({ region }) => region).filter((region) => region !== GLOBAL));
    const where =
      regions.size === 0 ? '' : ` in ${regions.size === 1 ? [...regions][0] : `${regions.size} regions`}`;
    return `${rows.length} ${rows.length === 1 ? one : many}${where}`;
  });
}

/** The steps by hand, and after a run that acted those that are always due. */
export function nextSteps(report: Report): string[] {
  const steps = [...report.byHand];
  if (!report.acted) return steps;
  return [
    ...steps,
    'Change the root password and turn on MFA: https://console.aws.amazon.com/iam/home#/security_credentials',
    'Open a support case (account and billing) and attach the report named below: ' +
      'https://console.aws.amazon.com/support/home',
    ...undoSteps(report),
  ];
}

/** The dearest services and regions of this month. */
export const spendLines = ({ spend }: Report): string[] =>
  'unavailable' in spend
    ? []
    : spend.rows.slice(0, 8).map((row) => `${usd(row.usd).padStart(12)}  ${row.service}, ${row.region}`);

/** A headline and a line for each entry; empty when there is none. */
export function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > SHOWN ? [`  … and ${lines.length - SHOWN} more, all in the report`] : [];
  return [title, ...lines.slice(0, SHOWN).map((line) => `  - ${oneLine(line)}`), ...more].join('\n');
}

/** Names may hold line breaks (Auto Scaling groups): an intruder could forge lines of a report with them. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

const details = (report: Report) =>
  [
    // Of a run that changed nothing there is no incident that a restore would find.
    ...(report.undo === undefined ? [] : [`incident  ${report.incident}`]),
    `run       ${report.run}, ${report.timings.startedAt}, ${report.timings.seconds} s`,
    ...(report.journal ? [`report    ${report.journal}`] : []),
    `clean     means: ${report.examined.join(', ')}`,
  ].join('\n');
