import type { Webhook } from '../settings.ts';
import type { Mail } from './mail.ts';
import type { Report } from './report-document.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The facts of a message, beside its text. */
export type About = Pick<Report, 'incident' | 'account' | 'acted' | 'clean'>;

/** Characters of text in a message; Discord refuses more than 2000 (Discord API, Create Message). */
const LIMIT = 1900;

/** The request that each service expects, by its public documentation. */
export function webhookRequest(hook: Webhook, mail: Mail, report: About): WebhookRequest {
  const short = `${mail.subject}\n${mail.text}`.slice(0, LIMIT);
  const json = (body: unknown): WebhookRequest => ({
    url: hook.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  switch (hook.format) {
    case 'slack':
      return json({ text: short });
    case 'discord':
      return json({ content: short });
    case 'ntfy':
      return {
        url: hook.url,
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          title: mail.subject,
          priority: 'urgent',
          tags: 'rotating_light',
        },
        body: short,
      };
    case 'pagerduty':
      return json({
        routing_key: hook.routingKey,
        event_action: 'trigger',
        dedup_key: report.incident,
        payload: {
          summary: mail.subject,
          source: `aws account ${report.account}`,
          severity: report.acted && !report.clean ? 'critical' : report.acted ? 'error' : 'info',
          custom_details: { text: short },
        },
      });
    default:
      return json({
        subject: mail.subject,
        text: mail.text,
        incident: report.incident,
        account: report.account,
        clean: report.clean,
        acted: report.acted,
      });
  }
}
