import type { EmittedEvent } from '../../simulated-aws/services/events/event-record.ts';
import { sample } from '../core/signals/samples.ts';
import { HOME, type OwnAccount } from './own-account.ts';

type Json = Readonly<Record<string, unknown>>;

/** A whole event, or what it carries, put on an account's bus: EventBridge itself gives it account, id and time. */
const whole = (event: Json): EmittedEvent => ({
  source: String(event['source']),
  detailType: String(event['detail-type']),
  detail: event['detail'] as object,
  resources: event['resources'] as string[],
});

/** The sample of aws-health-tools, for this key. */
export function exposedKey(accessKeyId: string, more: Json = {}): EmittedEvent {
  const event = whole(sample<Json>('health-credentials-exposed'));
  return { ...event, detail: { ...event.detail, affectedEntities: [{ entityValue: accessKeyId }], ...more } };
}

/** The sample finding of the GuardDuty user guide's automation, as mining on this machine. */
export const mining = ({ account, machine }: OwnAccount, more: Json = {}): EmittedEvent => {
  const finding = sample<Json>('guardduty-ec2-finding');
  const resource = finding['resource'] as { readonly instanceDetails: Json };
  return {
    source: 'aws.guardduty',
    detailType: 'GuardDuty Finding',
    detail: {
      ...finding,
      accountId: account.accountId,
      region: HOME,
      type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
      resource: { ...resource, instanceDetails: { ...resource.instanceDetails, instanceId: machine } },
      ...more,
    },
  };
};

export const costAnomaly = (more: Json = {}): EmittedEvent => {
  const event = whole(sample<Json>('cost-anomaly-event'));
  return { ...event, detail: { ...event.detail, ...more } };
};

/** A record of the CloudTrail user guide, by somebody of this account. */
export const createdUser = (account: OwnAccount, by: string): EmittedEvent => recorded(account, 'iam', by);

/** The same as the record of a launch. */
export const launchedBy = (account: OwnAccount, by: string): EmittedEvent =>
  recorded(account, 'ec2', by, {
    ...{ eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances' },
    requestParameters: { instanceType: 't3.micro', instancesSet: { items: [{ minCount: 1, maxCount: 1 }] } },
  });

function recorded({ account }: OwnAccount, service: string, by: string, more: Json = {}): EmittedEvent {
  const [record] = sample<Json>('cloudtrail-create-user')['Records'] as [Json];
  const userIdentity = {
    ...(record['userIdentity'] as Json),
    ...{ arn: `arn:aws:iam::${account.accountId}:user/${by}`, accountId: account.accountId, userName: by },
  };
  return {
    source: `aws.${service}`,
    detailType: 'AWS API Call via CloudTrail',
    detail: { ...record, userIdentity, ...more },
  };
}
