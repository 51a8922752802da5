import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { groupBy } from '../lambda/core/group-by.ts';
import { PROTECTIONS } from '../lambda/core/instance-protection.ts';
import { POWERFUL, QUARANTINE } from '../lambda/core/managed-policies.ts';
import { ACTS } from '../lambda/core/signals/acts.ts';
import type { SignalName } from './names.ts';

const prefixes = (texts: readonly string[]): unknown[] => texts.map((prefix) => ({ prefix }));

/**
 * Health codes of AWS's own warnings: …EXPOSED, …EXPOSURE_SUSPECTED, …COMPROMISED, …COMPROMISE_SUSPECTED and the
 * quarantine. AWS documents the first (AWS Health user guide); the others are in event patterns of public
 * repositories, so the family is matched by its prefix. These events are global: they come to us-east-1, and to
 * us-west-2 as its backup (AWS Health user guide, "Creating EventBridge rules for AWS Region coverage").
 */
const EXPOSED_KEY = ['AWS_RISK_CREDENTIALS_', 'AWS_RISK_IAM_QUARANTINE'];

/**
 * Finding types of mining and of stolen credentials; not `Policy:IAMUser/`, which speaks of habits (use of root), nor
 * those of S3, RDS and Kubernetes. Source: GuardDuty user guide, "GuardDuty active finding types".
 */
const THREATS = [
  'CryptoCurrency:',
  'Impact:EC2/BitcoinDomainRequest.',
  'Impact:Runtime/BitcoinDomainRequest.',
  'Impact:Runtime/CryptoMinerExecuted',
  'AttackSequence:IAM/',
  'AttackSequence:EC2/',
  'AttackSequence:ECS/',
  'AttackSequence:EKS/',
  'CredentialAccess:IAMUser/',
  'DefenseEvasion:IAMUser/',
  'Impact:IAMUser/',
  'InitialAccess:IAMUser/',
  'PenTest:IAMUser/',
  'Persistence:IAMUser/',
  'PrivilegeEscalation:IAMUser/',
  'Recon:IAMUser/',
  'Stealth:IAMUser/',
  'UnauthorizedAccess:IAMUser/',
];

/** ModifyInstanceAttribute that sets a protection, in both spellings of EC2's API; lifting one is what we do ourselves. */
const protects = (): Record<string, unknown>[] => [
  { attribute: PROTECTIONS, value: [{ 'equals-ignore-case': 'true' }] },
  ...PROTECTIONS.map((name) => ({ [name]: { value: [true] } })),
];

const granting = { policyArn: POWERFUL };

/** What a call has to ask for, where only that means something. */
const NARROWED = new Map<string, Readonly<Record<string, unknown>>>([
  ['ModifyInstanceAttribute', { $or: protects() }],
  ['AttachUserPolicy', granting],
  ['AttachGroupPolicy', granting],
  ['AttachRolePolicy', granting],
  ['DetachUserPolicy', { policyArn: prefixes([QUARANTINE]) }],
]);

/**
 * What intruders begin with: a way to stay, then capacity, by every service that launches. What the function does
 * itself never matches: it denies users everything by a policy of its own choice, and its role has no permission for
 * any other of these. CloudTrail names launches of a group and of a fleet RunInstances too. EnableRegion is Account
 * Management's, whose events come to us-east-1 only, as IAM's do (re:Post, "use EventBridge rule across regions").
 */
function activity(): Record<string, unknown>[] {
  const alike = groupBy(ACTS, ({ eventSource, eventName }) =>
    JSON.stringify([eventSource, NARROWED.get(eventName)]),
  );
  return [...alike.values()].map((acts) => {
    const eventName = acts.map((act) => act.eventName);
    const requestParameters = NARROWED.get(eventName[0] ?? '');
    return {
      eventSource: [...new Set(acts.map(({ eventSource }) => eventSource))],
      eventName,
      ...(requestParameters ? { requestParameters } : {}),
    };
  });
}

/**
 * The events that may speak of an intruder sooner than money does. `source` begins with `aws.` in all of them, which
 * PutEvents refuses to everybody but AWS: nobody in the account can make one up.
 */
export const SIGNAL_PATTERNS: Readonly<Record<SignalName, EventPattern>> = {
  'exposed-key': {
    source: ['aws.health'],
    detailType: ['AWS Health Event'],
    detail: { service: ['RISK'], eventTypeCode: prefixes(EXPOSED_KEY) },
  },
  threat: {
    source: ['aws.guardduty'],
    detailType: ['GuardDuty Finding'],
    detail: { type: prefixes(THREATS) },
  },
  // Source: EventBridge events reference, "AWS Cost Explorer events"; they come to the home region of Cost Explorer.
  'cost-anomaly': { source: ['aws.ce'], detailType: ['Anomaly Detected'] },
  activity: {
    source: prefixes(['aws.']) as unknown as string[],
    detailType: ['AWS API Call via CloudTrail'],
    detail: { $or: activity() },
  },
};
