import { GLOBAL } from './model.ts';
import type { Report } from './report-document.ts';

/** What only a person can do now, the most urgent first. */
export function byHand(report: Report): string[] {
  const steps: string[] = [];
  for (const skip of report.skips) if (skip.code === 'manual') steps.push(skip.reason);
  if (report.skips.some((skip) => skip.code === 'caller' && skip.kind === 'iam-access-key'))
    steps.push(
      'The key that ran this is still active, and it may be the leaked one: make a new key, then delete the old one',
    );
  if (
    report.gaps.some((gap) => gap.region === GLOBAL && /^AccessDenied/.test(gap.code)) ||
    iamRefused(report)
  )
    steps.push(
      'IAM refused us (AWS may have quarantined your key): sign in as root at https://console.aws.amazon.com, open CloudShell, ' +
        'and run killswitch there, or run: npx killswitch fire --deployed',
    );
  if (report.gaps.some((gap) => gap.code === 'AuthFailure' && !gap.accepted))
    steps.push(
      'An opted-in region refused your temporary credentials (AuthFailure): they come from the global STS endpoint. ' +
        'Make new ones with AWS_STS_REGIONAL_ENDPOINTS=regional, or use an access key, and run it again',
    );
  const unstoppable = report.skips.filter((skip) => skip.code === 'unstoppable');
  if (unstoppable.length > 0)
    steps.push(
      `${unstoppable.length} machines cannot be stopped, only terminated (their data is lost either way): terminate them yourself`,
    );
  const isOpen = report.gaps.some((gap) => !gap.accepted) || (report.acted && !report.contained);
  if (isOpen || report.actions.some((action) => action.status === 'failed'))
    steps.push(
      'Run it again: whatever could not be seen or done this time is tried anew, and nothing is done twice',
    );
  return steps;
}

const iamRefused = (report: Report) =>
  report.actions.some(
    (a) => a.region === GLOBAL && a.status === 'failed' && /^AccessDenied/.test(a.error ?? ''),
  );
