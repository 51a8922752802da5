import type * as api from '@aws-sdk/client-iam';
import { beforeEach, expect } from 'vitest';
import { Random } from '../../../../simulated-aws/core/random.ts';
import { IAM_BEHAVIOURS } from '../../../../simulated-aws/services/iam/behaviours.ts';
import { Iam } from '../../../../simulated-aws/services/iam/iam.ts';
import { DENY_ALL } from '../../../../simulated-aws/services/iam/managed-policies.ts';
import { iamOperations } from '../../../../simulated-aws/services/iam/operations.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from './call.ts';

const RoleName = 'engine';
const statement = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [more] });
const ALLOW = statement({ Effect: 'Allow', Action: 'ec2:StopInstances', Resource: '*' });
const trust = (Service: string, Effect = 'Allow') =>
  statement({ Effect, Principal: { Service }, Action: 'sts:AssumeRole' });

let iam: Iam;
const send = <Output>(operation: string, input: object = {}) =>
  call<Output>(iamOperations(iam), operation, { RoleName, ...input });
const mayAct = () => iam.permits({ kind: 'role', name: RoleName, arn: '', accessKeyId: '' });

beforeEach(() => {
  iam = new Iam(new Timeline(Date.UTC(2026, 10, 21)), new Random(7), '111122223333');
  send('CreateRole', { AssumeRolePolicyDocument: trust('lambda.amazonaws.com') });
});

behaviour(IAM_BEHAVIOURS, 'iam-role-policies', () => {
  expect(mayAct()).toBe(true);
  for (const PolicyName of ['Own', 'More']) send('PutRolePolicy', { PolicyName, PolicyDocument: ALLOW });
  expect(send<api.ListRolePoliciesResponse>('ListRolePolicies').PolicyNames).toEqual(['More', 'Own']);
  const { PolicyDocument = '' } = send<api.GetRolePolicyResponse>('GetRolePolicy', { PolicyName: 'Own' });
  expect(decodeURIComponent(PolicyDocument)).toBe(ALLOW);
  send('DeleteRolePolicy', { PolicyName: 'More' });
  expect(mayAct()).toBe(true);
  send('DeleteRolePolicy', { PolicyName: 'Own' });
  expect(mayAct()).toBe(false);
  send('PutRolePolicy', { PolicyName: 'Own', PolicyDocument: ALLOW });
  send('AttachRolePolicy', { PolicyArn: DENY_ALL });
  expect(mayAct()).toBe(false);
  send('DetachRolePolicy', { PolicyArn: DENY_ALL });
  expect(mayAct()).toBe(true);
  const denial = statement({ Effect: 'Deny', Action: '*', Resource: '*' });
  send('PutRolePolicy', { PolicyName: 'No', PolicyDocument: denial });
  expect(mayAct()).toBe(false);
  for (const [operation, more] of [
    ['DeleteRolePolicy', { PolicyName: 'none' }],
    ['DetachRolePolicy', { PolicyArn: DENY_ALL }],
    ['PutRolePolicy', { RoleName: 'none', PolicyName: 'a', PolicyDocument: ALLOW }],
  ] as const)
    expect(refusal(() => send(operation, more))).toBe('NoSuchEntity');
});

behaviour(IAM_BEHAVIOURS, 'iam-role-trust', () => {
  const assume = (service: string) => refusal(() => iam.assumeRole(RoleName, 'run', 1_000, service));
  expect([assume('lambda.amazonaws.com'), assume('events.amazonaws.com')]).toEqual(['none', 'AccessDenied']);
  send('UpdateAssumeRolePolicy', { PolicyDocument: trust('events.amazonaws.com') });
  expect([assume('lambda.amazonaws.com'), assume('events.amazonaws.com')]).toEqual(['AccessDenied', 'none']);
  send('UpdateAssumeRolePolicy', { PolicyDocument: trust('events.amazonaws.com', 'Deny') });
  expect(assume('events.amazonaws.com')).toBe('AccessDenied');
  expect(refusal(() => send('UpdateAssumeRolePolicy', { PolicyDocument: '{' }))).toBe(
    'MalformedPolicyDocument',
  );
});

behaviour(IAM_BEHAVIOURS, 'iam-role-deleted', () => {
  const { accessKeyId } = iam.assumeRole(RoleName, 'run', 3_600_000);
  const principal = iam.principalOf(accessKeyId);
  if (!principal) throw new Error('a new session works');
  send('PutRolePolicy', { PolicyName: 'Own', PolicyDocument: ALLOW });
  expect(refusal(() => send('DeleteRole'))).toBe('DeleteConflict');
  expect(iam.permits(principal)).toBe(true);
  send('DeleteRolePolicy', { PolicyName: 'Own' });
  send('DeleteRole');
  expect(iam.permits(principal)).toBe(false);
  expect(refusal(() => iam.assumeRole(RoleName, 'run', 1_000))).toBe('AccessDenied');
});
