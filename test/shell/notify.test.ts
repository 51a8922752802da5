import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { composeReport } from '../../lambda/core/report/report.ts';
import type { Webhook } from '../../lambda/core/settings.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { notifyAll } from '../../lambda/shell/notify/notify.ts';
import { input as reportInput } from '../core/report-input.ts';
import { unlimitedClients } from '../idle-time/clients.ts';

const mail = { subject: 'Killswitch 123456789012: FIRED', text: 'It is clean now.' };
/** SNS and webhooks in one server: what arrived, and the next status of each path. */
let server: Server;
let arrived: { path: string; body: string }[];
let answers: Record<string, number[]>;
const url = (path = '') => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeEach(async () => {
  // Each attempt at a webhook has 5 s of real time: here none is too slow.
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  arrived = [];
  answers = {};
  server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const path = request.url ?? '';
      arrived.push({ path, body });
      response.statusCode = answers[path]?.shift() ?? 200;
      response.end(
        '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>',
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  process.env['AWS_ENDPOINT_URL'] = url();
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});

afterEach(async () => {
  vi.restoreAllMocks();
  delete process.env['AWS_ENDPOINT_URL'];
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

function notify(webhooks: Webhook[], log: string[] = []): Promise<void> {
  const target = { reportTopic: 'arn:aws:sns:us-east-1:123456789012:report', webhooks };
  const clock = { ...systemClock, sleep: () => Promise.resolve() };
  const report = composeReport(reportInput());
  return notifyAll(
    unlimitedClients(clock, new AbortController().signal),
    clock,
    target,
    (line) => log.push(line),
    mail,
    report,
  );
}

test('the mail and every webhook get the message', async () => {
  await notify([
    { url: url('/slack'), format: 'slack' },
    { url: url('/ntfy'), format: 'ntfy' },
  ]);
  const body = (path: string) => arrived.find((one) => one.path === path)?.body ?? '';
  expect(new URLSearchParams(body('/')).get('Subject')).toBe(mail.subject);
  expect(JSON.parse(body('/slack'))).toEqual({ text: `${mail.subject}\n${mail.text}` });
  expect(body('/ntfy')).toContain(mail.text);
});

test('a webhook that fails twice is tried a third time', async () => {
  answers = { '/hook': [500, 503] };
  await notify([{ url: url('/hook'), format: 'json' }]);
  expect(arrived.filter(({ path }) => path === '/hook')).toHaveLength(3);
});

test('a webhook that stays down is logged without its secret path, and the mail still goes', async () => {
  answers = { '/T0/secret': [500, 500, 500] };
  const log: string[] = [];
  await notify([{ url: url('/T0/secret'), format: 'slack' }], log);
  expect(arrived.some(({ path }) => path === '/')).toBe(true);
  expect(log.join('\n')).toMatch(/webhook 127\.0\.0\.1:\d+: .*answered 500/);
  expect(log.join('\n')).not.toContain('secret');
});

test('when every notification fails it throws, so that Lambda tries the function again', async () => {
  answers = { '/': [403], '/hook': [500, 500, 500] };
  await expect(notify([{ url: url('/hook'), format: 'discord' }])).rejects.toThrow(
    'every notification failed',
  );
});
