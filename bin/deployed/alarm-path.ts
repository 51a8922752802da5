import { REVERT_DRIFT, subscribeMail } from '../../lambda/core/report/repair.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { type Link, link } from './link.ts';
import type { DeployedStack } from './stack.ts';
import { alarmPolicyProblems } from './topic-policy.ts';

/** Checks the links that no order and no test uses, or that could break unseen. Reads only; never rejects. */
export async function checkAlarmPath(clients: Clients, stack: DeployedStack): Promise<Link[]> {
  return Promise.all([
    link('alarm topic, who may publish', () => checkPolicy(clients, stack)),
    link('alarm topic to function', () => checkFunctionSubscribed(clients, stack, stack.alarmTopic)),
    link('control topic to function', () => checkFunctionSubscribed(clients, stack, stack.controlTopic)),
  ]);
}

/** Whether reports reach a mailbox: an address counts once its owner has confirmed it. Never rejects. */
export const checkMail = (clients: Clients, stack: DeployedStack): Promise<Link> =>
  link('report topic to your mailbox', async () => {
    const mail = (await subscriptions(clients, stack.reportTopic)).filter(
      ({ protocol }) => protocol === 'email',
    );
    if (mail.length === 0)
      return { ok: false, detail: `no e-mail address is subscribed: ${subscribeMail(stack.reportTopic)}` };
    const waiting = mail.filter(({ confirmed }) => !confirmed).map(({ endpoint }) => endpoint);
    if (waiting.length > 0)
      return {
        ok: false,
        detail: `${waiting.join(', ')} has not confirmed: open the mail "AWS Notification - Subscription Confirmation" and follow its link`,
      };
    return { ok: true, detail: `${mail.map(({ endpoint }) => endpoint).join(', ')} has confirmed` };
  });

async function checkPolicy(clients: Clients, { alarmTopic, account }: DeployedStack) {
  const { GetTopicAttributesCommand } = await import('@aws-sdk/client-sns');
  const sns = await snsOf(clients, alarmTopic);
  const { Attributes } = await sns.send(
    new GetTopicAttributesCommand({ TopicArn: alarmTopic }),
    clients.options,
  );
  const problems = alarmPolicyProblems(Attributes?.['Policy'], account);
  return problems.length === 0
    ? { ok: true, detail: `Budgets of account ${account}, and nobody else` }
    : { ok: false, detail: `${problems.join('; ')}: ${REVERT_DRIFT}` };
}

async function checkFunctionSubscribed(clients: Clients, { functionArn }: DeployedStack, topic: string) {
  const found = await subscriptions(clients, topic);
  return found.some(({ protocol, endpoint }) => protocol === 'lambda' && endpoint === functionArn)
    ? { ok: true, detail: 'subscribed' }
    : { ok: false, detail: `the function is not subscribed: ${REVERT_DRIFT}` };
}

async function subscriptions(clients: Clients, TopicArn: string) {
  const { paginateListSubscriptionsByTopic } = await import('@aws-sdk/client-sns');
  const client = await snsOf(clients, TopicArn);
  const found: { protocol: string; endpoint: string; confirmed: boolean }[] = [];
  // Until it is confirmed the ARN is the word PendingConfirmation (API_ListSubscriptionsByTopic).
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client },
    { TopicArn },
    clients.options,
  ))
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
      found.push({ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') });
  return found;
}

/** The SNS client of a topic's own region. */
export async function snsOf(clients: Clients, topic: string) {
  const { SNSClient } = await import('@aws-sdk/client-sns');
  return clients.of(SNSClient, topic.split(':')[3] ?? '');
}
