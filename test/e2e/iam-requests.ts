import type { AwsCall } from '../../lab/testbed/aws-call.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { grantsOf } from '../kinds/grants.ts';
import type { IamRequest } from '../lib/role-simulation.ts';

type Mapping = (call: AwsCall, account: string) => IamRequest[];

const text = (call: AwsCall, name: string): string => {
  const value = call.parameters[name];
  if (typeof value !== 'string') throw new Error(`${call.operation} has no parameter ${name}`);
  return value;
};

/** Values of `InstanceId.1`, `InstanceId.2` and so on. */
const listed = (call: AwsCall, name: string): string[] =>
  Object.entries(call.parameters).flatMap(([key, value]) =>
    key.startsWith(`${name}.`) ? String(value) : [],
  );

const anywhere =
  (action: string): Mapping =>
  () => [{ action, resource: '*' }];

const onInstances =
  (action: string): Mapping =>
  (call, account) =>
    listed(call, 'InstanceId').map((id) => ({ action, resource: instance(call, account, id) }));

const onUser =
  (action: string, condition?: { readonly key: string; readonly parameter: string }): Mapping =>
  (call, account) => [
    {
      action,
      resource: `arn:aws:iam::${account}:user/${text(call, 'UserName')}`,
      ...(condition ? { context: { [condition.key]: text(call, condition.parameter) } } : {}),
    },
  ];

const onGroup =
  (action: string): Mapping =>
  (call, account) => [
    {
      action,
      // The unique id in the middle is AWS's own; no grant of ours names one.
      resource: `arn:aws:autoscaling:${call.region}:${account}:autoScalingGroup:1:autoScalingGroupName/${text(call, 'AutoScalingGroupName')}`,
    },
  ];

const onBudget: Mapping = (call, account) => [
  {
    action: 'budgets:ViewBudget',
    resource: `arn:aws:budgets::${account}:budget/${text(call, 'BudgetName')}`,
  },
];

const onObject =
  (action: string): Mapping =>
  ({ path }) => [{ action, resource: `arn:aws:s3:::${pathOf(path)}` }];

const instance = ({ region }: AwsCall, account: string, id: string) =>
  `arn:aws:ec2:${region}:${account}:instance/${id}`;
const pathOf = (path: string) => decodeURIComponent(path.slice(1).split('?')[0] ?? '');

/**
 * What IAM is asked for each API call that the engine may make. Their names differ in places. Source: Service
 * Authorization Reference, "Actions, resources, and condition keys" of each service.
 */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  // "No permissions are required to perform this operation" (API_GetCallerIdentity).
  'sts GetCallerIdentity': () => [],
  'ce GetCostAndUsage': anywhere('ce:GetCostAndUsage'),
  'budgets DescribeBudget': onBudget,
  'budgets DescribeBudgetPerformanceHistory': onBudget,
  'ec2 DescribeRegions': anywhere('ec2:DescribeRegions'),
  'ec2 DescribeInstances': anywhere('ec2:DescribeInstances'),
  'ec2 DescribeSpotInstanceRequests': anywhere('ec2:DescribeSpotInstanceRequests'),
  'ec2 DescribeInstanceAttribute': (call, account) => [
    { action: 'ec2:DescribeInstanceAttribute', resource: instance(call, account, text(call, 'InstanceId')) },
  ],
  'ec2 StopInstances': onInstances('ec2:StopInstances'),
  'ec2 TerminateInstances': onInstances('ec2:TerminateInstances'),
  'ec2 StartInstances': onInstances('ec2:StartInstances'),
  'ec2 ModifyInstanceAttribute': (call, account) => {
    const attributes = Object.keys(call.parameters).filter((name) => name.endsWith('.Value'));
    return attributes.map((name) => ({
      action: 'ec2:ModifyInstanceAttribute',
      resource: instance(call, account, text(call, 'InstanceId')),
      context: { 'ec2:Attribute': name.replace(/\.Value$/, '') },
    }));
  },
  'ec2 CancelSpotInstanceRequests': (call, account) =>
    listed(call, 'SpotInstanceRequestId').map((id) => ({
      action: 'ec2:CancelSpotInstanceRequests',
      resource: `arn:aws:ec2:${call.region}:${account}:spot-instances-request/${id}`,
    })),
  'autoscaling DescribeAutoScalingGroups': anywhere('autoscaling:DescribeAutoScalingGroups'),
  'autoscaling SuspendProcesses': onGroup('autoscaling:SuspendProcesses'),
  'autoscaling ResumeProcesses': onGroup('autoscaling:ResumeProcesses'),
  'autoscaling UpdateAutoScalingGroup': onGroup('autoscaling:UpdateAutoScalingGroup'),
  'iam GetAccountAuthorizationDetails': anywhere('iam:GetAccountAuthorizationDetails'),
  'iam GetAccountSummary': anywhere('iam:GetAccountSummary'),
  'iam ListAccessKeys': onUser('iam:ListAccessKeys'),
  'iam UpdateAccessKey': onUser('iam:UpdateAccessKey'),
  'iam GetUser': onUser('iam:GetUser'),
  'iam ListAttachedUserPolicies': onUser('iam:ListAttachedUserPolicies'),
  'iam AttachUserPolicy': onUser('iam:AttachUserPolicy', { key: 'iam:PolicyARN', parameter: 'PolicyArn' }),
  'iam DetachUserPolicy': onUser('iam:DetachUserPolicy', { key: 'iam:PolicyARN', parameter: 'PolicyArn' }),
  'iam PutUserPermissionsBoundary': onUser('iam:PutUserPermissionsBoundary', {
    key: 'iam:PermissionsBoundary',
    parameter: 'PermissionsBoundary',
  }),
  'iam DeleteUserPermissionsBoundary': onUser('iam:DeleteUserPermissionsBoundary'),
  // Without s3:ListBucket a key that is not there answers 403 instead of 404 (API_GetObject).
  's3 GetObject': (call) => [
    { action: 's3:GetObject', resource: `arn:aws:s3:::${pathOf(call.path)}` },
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${pathOf(call.path).split('/')[0]}` },
  ],
  's3 PutObject': onObject('s3:PutObject'),
  's3 ListObjectsV2': ({ path }) => [
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${pathOf(path).replace(/\/$/, '')}` },
  ],
  'sns Publish': (call) => [{ action: 'sns:Publish', resource: text(call, 'TopicArn') }],
};

/** By what a kind says of itself; on any resource. */
function declared({ operation }: AwsCall): Mapping | undefined {
  const grants = allKinds.flatMap(grantsOf);
  const grant = grants.find(({ action, operations }) =>
    (operations ?? [action.split(':')[1]]).includes(operation),
  );
  return grant && anywhere(grant.action);
}

/**
 * The IAM requests that an API call makes, with resource and condition keys.
 * @throws Error naming the call when it is not mapped: then nobody has thought about its permission.
 */
export function iamRequestsOf(call: AwsCall, account: string): IamRequest[] {
  const mapping = MAPPINGS[`${call.service} ${call.operation}`] ?? declared(call);
  if (!mapping) throw new Error(`${call.service} ${call.operation} has no mapping to IAM actions`);
  return mapping(call, account);
}
