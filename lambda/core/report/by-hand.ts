import { groupBy } from '../group-by.ts';
import { GLOBAL, type SkipCode } from '../model.ts';
import type { Descriptor } from '../policy/descriptor.ts';
import type { Report } from './report-document.ts';

/** The steps that only a person can take now, the most urgent first. */
export function byHand(report: Report, kinds: readonly Descriptor[]): string[] {
  const steps: string[] = [];
  for (const skip of report.skips) if (skip.code === 'manual') steps.push(skip.reason);
  steps.push(...stepsFor('caller', report, kinds));
  if (
    report.gaps.some((gap) => gap.region === GLOBAL && /^AccessDenied/.test(gap.code)) ||
    iamRefused(report)
  )
    steps.push(
      'IAM refused us (AWS may have quarantined your key): sign in as root at ' +
        'https://console.aws.amazon.com, open CloudShell, and run killswitch there, ' +
        'or, where a kill switch is deployed, run: npx killswitch fire --deployed',
    );
  if (report.gaps.some((gap) => gap.code === 'AuthFailure' && !gap.accepted))
    steps.push(
      'An opted-in region refused your temporary credentials (AuthFailure): they come from the global STS ' +
        'endpoint. Make new ones with AWS_STS_REGIONAL_ENDPOINTS=regional, or use an access key, ' +
        'and run it again',
    );
  steps.push(...stepsFor('unstoppable', report, kinds));
  const isOpen = report.gaps.some((gap) => !gap.accepted) || (report.acted && !report.contained);
  if (isOpen || report.actions.some((action) => action.status === 'failed'))
    steps.push('Run it again: it tries again what it could not see or do this time, and does nothing twice');
  return steps;
}

/** What each kind asks a person to do about its resources that were skipped with this code. */
function stepsFor(code: SkipCode, { skips }: Report, kinds: readonly Descriptor[]): string[] {
  const ofKind = groupBy(
    skips.filter((skip) => skip.code === code),
    ({ kind }) => kind,
  );
  return kinds.flatMap(({ name, title, byHand: words }) => {
    const count = ofKind.get(name)?.length ?? 0;
    if (count === 0) return [];
    const plain = code === 'unstoppable' ? `${title}: ${count} cannot be stopped: end them yourself` : [];
    return words?.[code]?.(count) ?? plain;
  });
}

const iamRefused = (report: Report) =>
  report.actions.some(
    (a) => a.region === GLOBAL && a.status === 'failed' && /^AccessDenied/.test(a.error ?? ''),
  );
