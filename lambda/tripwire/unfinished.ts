import type { Mail } from '../core/report/mail.ts';
import { unfinishedNotice } from '../core/report/notices.ts';
import type { Report, ReportedAction } from '../core/report/report-document.ts';

const isDone = ({ status }: ReportedAction) => status === 'done';

/** A line for each thing that a containment could not see or do. */
export const unfinishedLines = ({ gaps, actions }: Report): string[] => [
  ...gaps.flatMap(({ accepted, kind, region, error }) =>
    accepted ? [] : [`could not look at ${kind} in ${region}: ${error}`],
  ),
  ...actions.flatMap(({ status, verb, id, region, error }) =>
    status === 'failed' ? [`could not ${verb} ${id} in ${region}: ${error ?? 'no reason given'}`] : [],
  ),
];

/**
 * The mail about what a continued containment could not see or do. A pass that changes nothing sends no
 * report, so that the owner does not get a mail each minute. Without this mail the owner would not hear of
 * the problem.
 * @param of the id of what it continues: the same problem in it is mailed once.
 */
export function unfinished(
  report: Report,
  of: string,
): { readonly mail: Mail; readonly id: string } | undefined {
  const left = unfinishedLines(report);
  if (left.length === 0 || report.actions.some(isDone)) return undefined;
  const { gaps, actions, incident, account } = report;
  // Without ids of resources: the same problem with another machine is no news.
  const kinds = [
    ...gaps.map(({ kind, region, code }) => `${kind} ${region} ${code}`),
    ...actions.flatMap(({ status, verb, region }) => (status === 'failed' ? [`${verb} ${region}`] : [])),
  ];
  const id = `unfinished:${of}:${[...new Set(kinds)].sort().join()}`.slice(0, 500);
  return { id, mail: unfinishedNotice(account, incident, left).mail };
}
