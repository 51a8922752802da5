import type { Report } from '../../lambda/core/report/report-document.ts';

/** Ids of what a report says was done, by kind and verb; sorted, since nothing says in which order. */
export const idsDone = (report: Report, kind: string, verb: string): string[] =>
  report.actions
    .filter((a) => a.kind === kind && a.verb === verb && a.status === 'done')
    .map((a) => a.id)
    .sort(byName);

export const byName = (a: string, b: string): number => (a < b ? -1 : 1);
