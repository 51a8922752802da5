import { groupBy } from '../group-by.ts';
import { GLOBAL, type SkipCode } from '../model.ts';
import type { Descriptor } from '../policy/descriptor.ts';
import { isFunctions } from './remedies.ts';
import { REVERT_DRIFT } from './repair.ts';
import type { Report } from './report-document.ts';

/** The steps that only a person can take now, the most urgent first. */
export function byHand(report: Report, kinds: readonly Descriptor[]): string[] {
  const steps: string[] = [];
  for (const named of report.unmatched ?? [])
    steps.push(
      `${named} matches nothing that was found: check its spelling, and that its region was looked at. ` +
        'What it was meant to spare is not spared',
    );
  for (const skip of report.skips) if (skip.code === 'manual') steps.push(skip.reason);
  steps.push(...stepsFor('caller', report, kinds));
  if (report.skips.some(({ code }) => code === 'unidentified'))
    steps.push(
      'STS did not say who runs this, so no key and no user was touched: the leaked one is among them. ' +
        'Run it again soon, perhaps from another network or from CloudShell',
    );
  if (
    report.gaps.some((gap) => gap.region === GLOBAL && /^AccessDenied/.test(gap.code)) ||
    iamRefused(report)
  )
    steps.push(...iamRefusedAdvice(report));
  if (report.gaps.some((gap) => gap.code === 'AuthFailure' && !gap.accepted))
    steps.push(
      isFunctions(report)
        ? "An opted-in region refused the function's credentials (AuthFailure): run from a laptop, " +
            'with an access key: ./killswitch fire'
        : 'An opted-in region refused your temporary credentials (AuthFailure): they come from the global STS ' +
            'endpoint. Make new ones with AWS_STS_REGIONAL_ENDPOINTS=regional, or use an access key, ' +
            'and run it again',
    );
  steps.push(...new Set(report.skips.flatMap(({ remedy }) => remedy ?? [])));
  steps.push(...stepsFor('unstoppable', report, kinds));
  const isOpen = report.gaps.some((gap) => !gap.accepted) || (report.acted && !report.contained);
  if (isOpen || report.actions.some((action) => action.status === 'failed'))
    steps.push('Run it again: it tries again what it could not see or do this time, and does nothing twice');
  return steps;
}

/** What each kind asks a person to do about its resources that were skipped with this code. */
function stepsFor(code: SkipCode, { skips }: Report, kinds: readonly Descriptor[]): string[] {
  const ofKind = groupBy(
    skips.filter((skip) => skip.code === code && skip.remedy === undefined),
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

const AS_ROOT =
  'sign in as root at https://console.aws.amazon.com, open CloudShell, clone and install there as the README says, and run: ./killswitch fire';

/**
 * Advice depends on who runs: the function cannot help itself. AWS quarantines IAM users, not roles (AWS Managed
 * Policy Reference, AWSCompromisedKeyQuarantineV3). A command ends its line, so that it can be copied.
 */
function iamRefusedAdvice(report: Report): string[] {
  if (isFunctions(report))
    return [
      "IAM refused the function's own role (somebody may have changed it, or your organization forbids it): " +
        `run from a laptop, with an administrator's credentials, or ${AS_ROOT}`,
      `Then put the role back: ${REVERT_DRIFT}`,
    ];
  const isRole = report.caller.includes(':assumed-role/');
  const why = isRole ? 'your role may not do this' : 'AWS may have quarantined your key';
  return [
    `IAM refused us (${why}): ${AS_ROOT}`,
    'Or, where a kill switch is deployed, let it do that: ./killswitch fire --deployed',
  ];
}
