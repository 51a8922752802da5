import * as v from 'valibot';
import { PROTECTIONS } from '../instance-protection.ts';
import { POWERFUL, QUARANTINE } from '../managed-policies.ts';
import { plain } from '../plain-text.ts';

type RequestParameters = Readonly<Record<string, unknown>>;

/** An API call that intruders begin with, as CloudTrail names it. */
export interface Act {
  readonly eventSource: string;
  readonly eventName: string;
  /** What the call did, to follow the caller's name; undefined if its parameters make it harmless. */
  readonly says: (parameters: RequestParameters) => string | undefined;
}

const EC2 = 'ec2.amazonaws.com';
const IAM = 'iam.amazonaws.com';
const ACCOUNT = 'account.amazonaws.com';

const word = (parameters: RequestParameters, name: string): string | undefined => {
  const value = parameters[name];
  return typeof value === 'string' && value !== '' ? plain(value, 128) : undefined;
};
const named = (parameters: RequestParameters, name: string) => word(parameters, name) ?? '(unnamed)';
const user = (parameters: RequestParameters) => {
  const name = word(parameters, 'userName');
  return name ? `the user ${name}` : 'itself';
};
const about = (eventName: string, says: Act['says']): Act => ({ eventSource: IAM, eventName, says });
const granting = (eventName: string, what: string, nameIn: string): Act =>
  about(eventName, (parameters) => {
    const arn = word(parameters, 'policyArn') ?? '';
    return POWERFUL.includes(arn)
      ? `gave the ${what} ${named(parameters, nameIn)} the policy ${arn.split('/').at(-1)}`
      : undefined;
  });
const ordering = (eventName: string, what: string): Act => ({
  eventSource: EC2,
  eventName,
  says: () => `ordered ${what}`,
});

const isTrue = (value: unknown) => /^true$/i.test(String(value));
const launch = v.object({ instancesSet: v.object({ items: v.array(v.object({ maxCount: v.number() })) }) });

function launched(parameters: RequestParameters): string {
  const read = v.safeParse(launch, parameters);
  const count = read.success
    ? read.output.instancesSet.items.reduce((sum, { maxCount }) => sum + maxCount, 0)
    : undefined;
  const type = word(parameters, 'instanceType');
  const many = `${count === undefined ? 'instances' : `${count} ${count === 1 ? 'instance' : 'instances'}`}`;
  const isProtected = PROTECTIONS.some((name) => isTrue(parameters[name]));
  const protection = isProtected ? ', protected against being stopped' : '';
  return `launched ${many}${type ? ` of type ${type}` : ''}${protection}`;
}

/**
 * CloudTrail records `{"disableApiTermination": {"value": true}}`. Source: Datadog's rule for it,
 * def-000-5fl. Assumption: it records the older form of EC2's API as the caller sends it:
 * `{"attribute": "disableApiTermination", "value": "true"}`.
 */
function madeUnstoppable(parameters: RequestParameters): string | undefined {
  const { attribute, value } = parameters;
  const on = (name: string) =>
    v.safeParse(v.object({ value: v.custom(isTrue) }), parameters[name]).success ||
    (attribute === name && isTrue(value));
  if (!PROTECTIONS.some(on)) return undefined;
  return `protected the instance ${named(parameters, 'instanceId')} against being stopped or terminated`;
}

/**
 * The calls that our rules and lookups ask CloudTrail for. Calls of IAM and of Account Management are
 * recorded in us-east-1, all others in their region. Sources: CloudTrail User Guide, "Global service events";
 * Account Management guide, "Logging … API calls using AWS CloudTrail"; GuardDuty's report of a mining
 * campaign (AWS Security Blog, December 2025).
 */
export const ACTS: readonly Act[] = [
  { eventSource: EC2, eventName: 'RunInstances', says: launched },
  ordering('CreateFleet', 'a fleet of instances'),
  ordering('RequestSpotFleet', 'a fleet of spot instances'),
  ordering('RequestSpotInstances', 'spot instances'),
  { eventSource: EC2, eventName: 'ModifyInstanceAttribute', says: madeUnstoppable },
  about('CreateAccessKey', (parameters) => `made a new access key for ${user(parameters)}`),
  about('CreateLoginProfile', (parameters) => `gave ${user(parameters)} a password for the console`),
  about('UpdateLoginProfile', (parameters) => `changed the console password of ${user(parameters)}`),
  about(
    'CreateServiceSpecificCredential',
    (parameters) => `gave ${user(parameters)} a password for a service`,
  ),
  about('CreateUser', (parameters) => `created ${user(parameters)}`),
  granting('AttachUserPolicy', 'user', 'userName'),
  granting('AttachGroupPolicy', 'group', 'groupName'),
  granting('AttachRolePolicy', 'role', 'roleName'),
  about('DetachUserPolicy', (parameters) =>
    word(parameters, 'policyArn')?.startsWith(QUARANTINE)
      ? `lifted the restrictions that AWS had put on ${user(parameters)}`
      : undefined,
  ),
  {
    eventSource: 'autoscaling.amazonaws.com',
    eventName: 'CreateAutoScalingGroup',
    says: (parameters) => `made the Auto Scaling group ${named(parameters, 'autoScalingGroupName')}`,
  },
  {
    eventSource: 'ecs.amazonaws.com',
    eventName: 'CreateCluster',
    says: (parameters) => `made the ECS cluster ${named(parameters, 'clusterName')}`,
  },
  {
    eventSource: 'servicequotas.amazonaws.com',
    eventName: 'RequestServiceQuotaIncrease',
    says: (parameters) => `asked for a higher quota of ${named(parameters, 'serviceCode')}`,
  },
  {
    eventSource: ACCOUNT,
    eventName: 'EnableRegion',
    says: (parameters) =>
      `turned on the region ${word(parameters, 'RegionName') ?? named(parameters, 'regionName')}`,
  },
];

/** Whether the call is global: it belongs to no region. */
export const isGlobal = ({ eventSource }: Pick<Act, 'eventSource'>): boolean =>
  eventSource === IAM || eventSource === ACCOUNT;

/** The source as EventBridge names it: `aws.ec2`. */
export const eventBridgeSource = ({ eventSource }: Pick<Act, 'eventSource'>): string =>
  `aws.${eventSource.split('.', 1)}`;
