import { createServer } from 'node:http';
import { readBody, serveOnLoopback } from '../../simulated-aws/host/loopback.ts';
import type { SnsNotification } from '../../simulated-aws/services/sns/sns-event.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly receivedAt: Date;
}

/** Receives what SNS would send by e-mail: subscribed by HTTP to the report topic. */
export interface Mailbox {
  readonly url: string;
  readonly mails: readonly Mail[];
  stop(): Promise<void>;
}

export async function startMailbox(onMail?: (mail: Mail) => void): Promise<Mailbox> {
  const mails: Mail[] = [];
  const server = createServer((incoming, outgoing) => {
    readBody(incoming).then(
      (body) => {
        const { Type, Subject = '', Message } = JSON.parse(body.toString()) as SnsNotification;
        if (Type === 'Notification') {
          const mail = { subject: Subject, text: Message, receivedAt: new Date() };
          mails.push(mail);
          onMail?.(mail);
        }
        outgoing.writeHead(200).end();
      },
      (thrown: unknown) => outgoing.destroy(thrown as Error),
    );
  });
  const { url, close } = await serveOnLoopback(server);
  return { url, mails, stop: close };
}
