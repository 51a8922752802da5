import type { Composed } from './compose.ts';
import { errorFacts } from './core/model.ts';
import type { Report } from './core/report/report-document.ts';
import type { Trigger } from './core/verdict/trigger.ts';
import { loadKinds } from './kinds/kind.ts';

/** Whether the invocation has changed something that no report has told yet. */
export const hasChanged = ({ progress }: Composed): boolean =>
  progress.some(({ outcomes }) => outcomes.length > 0);

/** Runs `work`. When it fails: mails the owner what was done until then, and throws the same error. */
export async function notifyOnFailure<T>(
  composed: Composed,
  trigger: Trigger,
  work: () => Promise<T>,
): Promise<T> {
  const { failureMail, progress, deps } = composed;
  return work().catch(async (thrown: unknown) => {
    // A scheduled look that failed has changed nothing: the CloudWatch alarm rings when three of them fail.
    if (trigger.source !== 'schedule' || hasChanged(composed)) {
      const { composeFailureMail } = await import('./core/report/mail.ts');
      const kinds = await loadKinds(deps.kinds);
      const mail = composeFailureMail(
        failureMail.account,
        trigger,
        errorFacts(thrown).error,
        progress,
        kinds,
      );
      const { publishMail } = await import('./shell/notify/sns-mail.ts');
      await publishMail(failureMail.clients, failureMail.reportTopic, mail).catch((unsent: unknown) =>
        console.error(`could not notify: ${errorFacts(unsent).error}`),
      );
    }
    throw thrown;
  });
}

/** @throws Error when the invocation's time ended before the containment did. */
export function throwIfUnfinished(
  { deps }: Composed,
  { acted, account }: Pick<Report, 'acted' | 'account'>,
): void {
  if (acted && deps.clients.deadline.aborted)
    throw new Error(`time ran out before account ${account} was contained: the next run continues`);
}
