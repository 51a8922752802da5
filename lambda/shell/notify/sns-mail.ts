import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { Mail } from '../../core/report/mail.ts';
import type { Clients } from '../calls/clients.ts';

/** SNS accepts up to 256 KB for a message (API_Publish). The mail is a summary, and usually much shorter. */
const SNS_BYTES = 250_000;

/** Publishes to the report topic. @throws the SNS error. */
export async function publishMail(clients: Clients, TopicArn: string, mail: Mail): Promise<void> {
  const region = TopicArn.split(':')[3] ?? GLOBAL_REGION;
  const sns = clients.of(SNSClient, region);
  const Message = Buffer.from(mail.text, 'utf8').subarray(0, SNS_BYTES).toString('utf8');
  await sns.send(new PublishCommand({ TopicArn, Subject: mail.subject, Message }), clients.options);
}
