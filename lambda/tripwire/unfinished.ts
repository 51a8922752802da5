import type { Mail } from '../core/report/mail.ts';
import { unfinishedNotice } from '../core/report/notices.ts';
import type { Report, ReportedAction } from '../core/report/report-document.ts';

const isDone = ({ status }: ReportedAction) => status === 'done';

/** What a containment could not see or do, a line each. */
export const unfinishedLines = ({ gaps, actions }: Report): string[] => [
  ...gaps.flatMap(({ accepted, kind, region, error }) =>
    accepted ? [] : [`${kind} in ${region} could not be looked at: ${error}`],
  ),
  ...actions.flatMap(({ status, verb, id, region, error }) =>
    status === 'failed' ? [`${verb} of ${id} in ${region} failed: ${error ?? 'no reason given'}`] : [],
  ),
];

/**
 * What the owner has to hear of a pass that went on with something: one that changes nothing leaves no report behind, so
 * that a day of them is not a day of mails, and what it could not see or do would be known to nobody.
 * @param of what it went on with: the same trouble in it is told once.
 */
export function unfinished(
  report: Report,
  of: string,
): { readonly mail: Mail; readonly id: string } | undefined {
  const left = unfinishedLines(report);
  if (left.length === 0 || report.actions.some(isDone)) return undefined;
  const { gaps, actions, incident, account } = report;
  // The same trouble is told once, whatever machines it is about.
  const kinds = [
    ...gaps.map(({ kind, region, code }) => `${kind} ${region} ${code}`),
    ...actions.flatMap(({ status, verb, region }) => (status === 'failed' ? [`${verb} ${region}`] : [])),
  ];
  const id = `unfinished:${of}:${[...new Set(kinds)].sort().join()}`.slice(0, 500);
  return { id, mail: unfinishedNotice(account, incident, left).mail };
}
