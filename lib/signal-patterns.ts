import type { EventPattern } from 'aws-cdk-lib/aws-events';
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

const PROTECTIONS = ['disableApiStop', 'disableApiTermination'];

/** ModifyInstanceAttribute that sets a protection, in both spellings of EC2's API; lifting one is what we do ourselves. */
const protects = (): Record<string, unknown>[] => [
  { attribute: PROTECTIONS, value: [{ 'equals-ignore-case': 'true' }] },
  ...PROTECTIONS.map((name) => ({ [name]: { value: [true] } })),
];

/**
 * What intruders begin with: a way to stay, then capacity, by every service that launches. The function's role has no
 * permission for any of it, so its own calls never match. CloudTrail names launches of a group and of a fleet
 * RunInstances too. EnableRegion is Account Management's, whose events come to us-east-1 only, as IAM's do
 * (re:Post, "use EventBridge rule across regions").
 */
const ACTIVITY = [
  {
    eventSource: ['iam.amazonaws.com'],
    eventName: ['CreateAccessKey', 'CreateLoginProfile', 'CreateUser', 'CreateServiceSpecificCredential'],
  },
  {
    eventSource: ['ec2.amazonaws.com'],
    eventName: ['RunInstances', 'CreateFleet', 'RequestSpotFleet', 'RequestSpotInstances'],
  },
  {
    eventSource: ['ec2.amazonaws.com'],
    eventName: ['ModifyInstanceAttribute'],
    requestParameters: { $or: protects() },
  },
  { eventSource: ['autoscaling.amazonaws.com'], eventName: ['CreateAutoScalingGroup'] },
  { eventSource: ['ecs.amazonaws.com'], eventName: ['CreateCluster'] },
  { eventSource: ['servicequotas.amazonaws.com'], eventName: ['RequestServiceQuotaIncrease'] },
  { eventSource: ['account.amazonaws.com'], eventName: ['EnableRegion'] },
];

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
    detail: { $or: ACTIVITY },
  },
};
