import type { Mail } from '../../core/report/mail.ts';
import { type About, webhookRequest } from '../../core/report/webhook.ts';
import type { Webhook } from '../../core/settings.ts';
import type { Clients } from '../calls/clients.ts';
import type { Clock } from '../clock.ts';
import { publishMail } from './sns-mail.ts';

const ATTEMPTS = 3;
const ATTEMPT_MS = 5_000;

/**
 * Notifies the owner by mail and by every webhook, all at once.
 * @throws AggregateError when all failed: the function then fails, its alarm rings, and Lambda tries again.
 */
export async function notifyAll(
  clients: Clients,
  clock: Clock,
  target: { readonly reportTopic: string; readonly webhooks: readonly Webhook[] },
  log: (line: string) => void,
  mail: Mail,
  report: About,
): Promise<void> {
  const ways = [
    publishMail(clients, target.reportTopic, mail),
    ...target.webhooks.map((hook) => callWebhook(clock, hook, mail, report)),
  ];
  const answers = await Promise.allSettled(ways);
  const failures = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  for (const failure of failures) log(`could not notify: ${String(failure)}`);
  if (failures.length === ways.length) throw new AggregateError(failures, 'every notification failed');
}

async function callWebhook(clock: Clock, hook: Webhook, mail: Mail, report: About): Promise<void> {
  const { url, headers, body } = webhookRequest(hook, mail, report);
  const host = new URL(url).host; // the path of a webhook is secret: it must not be logged
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(ATTEMPT_MS),
      });
      if (response.ok) return;
      throw new Error(`${host} answered ${response.status}`);
    } catch (thrown) {
      if (attempt >= ATTEMPTS)
        throw new Error(`webhook ${host}: ${thrown instanceof Error ? thrown.message : thrown}`);
      await clock.sleep(500 * 2 ** attempt);
    }
  }
}
