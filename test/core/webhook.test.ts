import { describe, expect, it } from 'vitest';
import { composeMail } from '../../lambda/core/report/mail.ts';
import { composeReport } from '../../lambda/core/report/report.ts';
import { webhookRequest } from '../../lambda/core/report/webhook.ts';
import type { Webhook } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { findings, gap, input } from './report-input.ts';

const report = composeReport(input());
const unclean = composeReport(input({ scopes: [findings({ gaps: [gap()] })] }));
const long = { subject: 'Killswitch', text: 'x'.repeat(50_000) };
const hook = (format: Webhook['format']): Webhook => ({
  url: 'https://example.com/secret',
  format,
  routingKey: 'R0',
});
const bodyOf = (format: Webhook['format'], mail = composeMail(report, allKinds), of = report) =>
  webhookRequest(hook(format), mail, of).body;

describe('webhooks', () => {
  it.each([
    ['slack', 'text'],
    ['discord', 'content'],
  ] as const)('%s gets its %s', (format, field) => {
    expect(Object.keys(JSON.parse(bodyOf(format)))).toEqual([field]);
    expect(JSON.parse(bodyOf(format))[field]).toMatch(/^Killswitch 123456789012: FIRED/);
    expect(JSON.parse(bodyOf(format, long))[field].length).toBeLessThanOrEqual(2_000);
  });

  it('ntfy gets plain text with a title that fits into a header', () => {
    const { headers, body } = webhookRequest(hook('ntfy'), composeMail(report, allKinds), report);
    expect(headers).toMatchObject({ priority: 'urgent' });
    expect(new Headers({ ...headers }).get('title')).toBe(composeMail(report, allKinds).subject);
    expect(body).toContain('Killswitch found nothing to stop');
  });

  it('PagerDuty gets one incident for all runs of an incident, critical while something is left', () => {
    expect(JSON.parse(bodyOf('pagerduty', composeMail(unclean, allKinds), unclean))).toMatchObject({
      routing_key: 'R0',
      event_action: 'trigger',
      dedup_key: report.incident,
      payload: { severity: 'critical', source: 'aws account 123456789012' },
    });
    expect(JSON.parse(bodyOf('pagerduty')).payload.severity).toBe('error');
    const look = composeReport(input({ acted: false }));
    expect(JSON.parse(bodyOf('pagerduty', composeMail(look, allKinds), look)).payload.severity).toBe('info');
  });

  it('any other service gets the mail as JSON, with facts for programs', () => {
    expect(JSON.parse(bodyOf('json'))).toMatchObject({
      incident: report.incident,
      account: '123456789012',
      clean: true,
      acted: true,
      subject: composeMail(report, allKinds).subject,
    });
  });
});
